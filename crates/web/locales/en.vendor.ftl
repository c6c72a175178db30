## The vendor's own side: its team, what takes two persons, seeing the portal as a customer does.

nav-approvals = Approvals

team-kept-by = The team's accounts are kept by those who run the machine.
team-can = { $names } can.
team-nobody-can = Nobody here can yet.
team-alone = Nobody else runs the machine, so this is done at once. With a second system administrator, they agree first.
team-two = Somebody else agrees before this is done: { $names } can.
team-done = Done.
team-roles = Roles
team-languages = Languages
team-languages-hint = Codes with commas between them, like de, en, pt-br. Who speaks a customer's language is offered first when a case is assigned.
team-skills = Skills
team-skills-hint = A few words with commas between them, like migration, calendars.
team-can-what = Languages and skills
team-save = Save
team-desks = Works at
team-leads = Leads the desk of
team-leads-hint = Leads of the technical desk have that as their role.
team-none = None
team-deactivated = Deactivated
team-invited = Invited
team-reason = Why
team-reason-hint = Kept in the log, and read by whoever is to agree.
team-change-roles = Change roles
team-deactivate = Deactivate
team-deactivate-hint = They are signed out everywhere and cannot sign in any more. What they did stays theirs.
team-activate = Activate again
team-activate-hint = They can sign in again, with the roles they had.
team-reset = Reset sign-in
team-reset-hint = For a colleague who cannot sign in any more. You get a link to hand on, and they choose a new password themselves. Make sure that it is them first.
team-reset-factors = Take their passkeys, codes and recovery codes away, too
team-reset-factors-hint = When they have lost those as well. They are signed out everywhere, and add new ones after they have signed in.
team-not-oneself = Nobody changes their own roles or deactivates themselves.
desk-of-technical = Technical
desk-of-billing = Billing
desk-of-subscription = Subscriptions
desk-of-pre-sales = Pre-sales
assign-speaks = { $name }, speaks { $languages }

approvals-title = Approvals
approvals-explained = What takes two persons: one asks, another agrees. Nobody agrees to what they asked for themselves.
approvals-waiting = Waiting for you
approvals-none = Nothing waits for you. When a colleague asks for something that takes two persons, you find it here.
approvals-own = You asked for
approvals-past = Decided
approvals-asked = Asked for. It is done as soon as somebody else agrees.
approvals-agreed = Agreed and done.
approvals-declined = Declined. Nothing was changed.
approvals-asked-by = { $name } asks
approvals-until = until
approvals-agree = Agree and do it
approvals-decline = Decline
approvals-withdraw = Take it back
approvals-waits-for = Waits for another person: { $names } can agree.
approvals-nobody = Nobody can agree just now.
approvals-unknown = Something this version does not know
approvals-invite = Invite { $name } ({ $email }): { $roles }
approvals-roles = Roles of { $name }: { $roles }
approvals-roles-leads = Roles of { $name }: { $roles }; leads the desk of { $leads }
approvals-deactivate = Deactivate { $name }
approvals-activate = Activate { $name } again
approvals-reset = Reset the password of { $name }
approvals-reset-factors = Reset the password of { $name } and take their second factors away
approvals-yours-to-do = Agreed, and yours to do
approvals-link-hint = The link is shown to you alone, once, and is good for one hour. Make it within a day after the agreement.
approvals-glass = Read the requests of { $name } for an hour, although everything else failed
approvals-what = What
approvals-who = Asked by
approvals-came = What came of it
approvals-state-done = Agreed
approvals-state-declined = Declined
approvals-state-withdrawn = Taken back
approvals-state-lapsed = Lapsed

view-title = See what the customer sees
view-explained = For half an hour at most, to read only, and only what lies at your desk. Both its beginning and its end stand in the customer's own log, with your reason.
view-person = As whom
view-choose = Choose one of the customer's people
view-reason = Why
view-reason-hint = The customer reads this in their log.
view-begin = Begin
view-bar = You see the portal as { $name } of { $account } does, until { $until }.
view-bar-read-only = Nothing can be changed.
view-bar-reason = Your reason:
view-stop = Stop
view-over = The view is over
view-over-explained = Half an hour is the longest. Go back to the desk, and begin again if you need to.
view-back = Back to the desk

nav-machine = Overview
machine-title = Overview
machine-explained = You run the machine and read no cases.
machine-waiting = { $n ->
    [0] Nothing waits for you.
    [one] One thing waits for you to agree.
   *[other] { $n } things wait for you to agree.
}
machine-approvals = See approvals
machine-team = { $n ->
    [one] One colleague
   *[other] { $n } colleagues
}{ $invited ->
    [0] {""}
   *[other] , { $invited } invited
}
machine-run-by = The machine is run by
machine-to-team = See the team
machine-service = Service
machine-edition = Edition in force
machine-no-edition = None: nobody can submit a request
machine-outbox = Notices
machine-notices = { $n ->
    [0] All delivered
    [one] One waits
   *[other] { $n } wait
}
machine-timers = Clocks
machine-clocks = { $n ->
    [0] All judged
    [one] One is to be judged
   *[other] { $n } are to be judged
}
glass-title = Read a customer's requests in an emergency
glass-explained = When everything else has failed: after another system administrator agreed, for an hour, to read only. That you asked, and every look, stands in the customer's own log with your reason.
glass-ask = Ask another to agree
glass-broken = You may read the requests of { $name } until { $until }.
glass-read = Read them
glass-logged = Every look stands in the customer's log. Your reason:
glass-no-cases = This customer has no requests.
