# Texts of the desk pages. One message per line, keys kebab-case starting with `desk-`.

## The queue
desk-queue = Queue
desk-queue-all = All open
desk-queue-mine = My cases
desk-queue-unassigned = Not taken
desk-queue-clear = Queue clear.
desk-queue-clear-mine = None of the open cases is yours.
desk-next-due = Next due { $at } ({ $account }).
desk-open-next = Open it
desk-take-next = Take next
desk-nothing-to-take = Everything is taken. Nothing waits for somebody to take it.
desk-shown = { $n ->
    [one] 1 case
   *[other] { $n } cases
} on this page
desk-first-page = First page
desk-next-page = Next page
desk-group-missed = Missed
desk-group-soon = Due soon
desk-group-later = Later
desk-group-waiting = Waiting for others
desk-column-clock = Due
desk-column-severity = Sev.
desk-column-case = Case
desk-column-turn = Turn
desk-column-agent = Agent
desk-column-age = Age
desk-nobody = Nobody yet
desk-nothing-due = nothing due
desk-internal = internal
desk-closed = Closed
desk-closed-at = Closed { $at }
desk-waiting-for-customer = waiting for customer
desk-metric-initial-response = First response
desk-metric-next-response = Next response
desk-metric-periodic-update = Next update
desk-metric-resolution = Solution
desk-kind-technical = Technical
desk-kind-billing = Billing
desk-kind-subscription = Subscription
desk-kind-pre-sales = Pre-sales

## The case
desk-audience = { $name } at { $account }
desk-take = Take
desk-done-reply = Sent to the customer.
desk-done-note = Note saved. Only your colleagues see it.
desk-done-answers = Ticked off.
desk-done-assignment = Assigned.
desk-done-taken = It is yours now.
desk-done-severity = The severity was changed, and the clocks with it.
desk-done-referral = Referred and closed. The customer was told where to go.
desk-done-escalation = Escalated. The leads were told.
desk-done-closure = Closed.
desk-done-reopening = Reopened.
desk-done-opened = The case is open, and the customer was told its number.
desk-facts = Known facts
desk-account = Customer
desk-customer-number = No.
desk-requester = Requester
desk-plan = Plan
desk-trial = Trial
desk-offer = Elevated offer
desk-region = Region
desk-edition = Edition
desk-kind = Kind
desk-channel = Came in
desk-channel-not-included = not included in the plan
desk-category = Category
desk-impact = Impact
desk-severity-by = Severity by
desk-severity-proposed = proposal from the customer's answers
desk-severity-set-by-customer = the customer, by right of their offer
desk-severity-assessed = our assessment
desk-escalated = Escalated to
desk-follows = Follows
desk-affected-one = one person
desk-affected-several = several people
desk-affected-everyone = everyone
desk-work-stopped = work stopped
desk-work-impaired = work impaired
desk-work-unhindered = work goes on
desk-workaround-yes = has a workaround
desk-workaround-no = no workaround
desk-asked = Asked
desk-asked-count = { $n } of { $all } answered
desk-asked-open = Still open
desk-tick-off = Tick off
desk-referred = Outside support.
desk-others = Other open cases of { $account }
desk-others-none = None.
desk-files = Files
desk-unit-byte = B
desk-unit-kilobyte = KB
desk-unit-megabyte = MB
desk-system = Mainstay
desk-somebody = somebody
desk-solution = Solution
desk-reopened = Reopened
desk-outside = Outside support
desk-waits = waits for customer
desk-taken-down = taken down by { $name }
desk-earlier = Show { $n } earlier entries
desk-event-answers = { $by } ticked off { $n ->
    [one] 1 answer
   *[other] { $n } answers
}
desk-event-taken = { $by } took the case
desk-event-assigned = { $by } gave the case to { $to }
desk-event-laid-down = { $by } laid the case down
desk-event-severity = { $by } changed the severity from { $from } to { $to }
desk-event-escalated = { $by } escalated to { $to }
desk-event-closed = { $by } closed the case
desk-event-missed = { $what } was missed
desk-event-files = { $by } added { $n ->
    [one] a file
   *[other] { $n } files
}
desk-other-ways = Ask for information, or send as the solution
desk-ask-items = What you ask for
desk-ask-items-hint = One thing per line, so that each can be ticked off.
desk-ask = Ask for information
desk-send-solution = Send as solution

## Clocks and why
desk-clocks = Clocks
desk-no-clocks = No clock runs on this case.
desk-why = Why { $at } ({ $what })
desk-why-promise = Promise
desk-why-internal = none: our own target
desk-why-cell = In the words of the edition
desk-why-reading = Read as
desk-why-rule = Rule
desk-why-exception = Exception
desk-why-calendar = Calendar
desk-why-revision = { $region }, revision { $n }
desk-why-zone = Time zone
desk-why-times = In the customer's time, { $zone }
desk-why-counted = Counted
desk-why-holiday = Holiday
desk-why-receipt = Day of receipt
desk-why-gap = Clocks went forward
desk-why-fold = Clocks went back
desk-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
desk-rule-elapsed = Real time counts, day and night.
desk-rule-open = Only opening hours count.
desk-rule-day = Open days count, from the one after receipt, until they close.

## Acts
desk-acts = Acts
desk-assign = Assign
desk-agent = Agent
desk-severity = Severity
desk-change-severity = Change severity
desk-now = now
desk-choose-severity = Choose the new severity to see its effect.
desk-severity-unchanged = That is the severity it has now.
desk-next-target = Next target
desk-effect-stays = { $what } stays due { $at }.
desk-effect-moves = { $what } due moves from { $from } to { $to }.
desk-effect-begins = { $what } will be due { $to }.
desk-effect-ends = { $what } was due { $from } and will have no due time.
desk-effect-none = No running clock changes.
desk-reason = Reason
desk-reason-public = The customer reads it.
desk-reason-internal = Only colleagues read it.
desk-escalate = Escalate
desk-escalate-to = To
desk-escalate-expertise = other expertise
desk-escalate-management = management
desk-refer = Refer elsewhere
desk-refer-what = What it is about
desk-refer-hint = Why this case is outside support. The customer reads it, with where to go.
desk-refer-do = Refer and close
desk-refer-none = Edition { $edition } names no boundary of support, so nothing can be referred elsewhere under it.
desk-close = Close
desk-reopen = Reopen
desk-reopen-until = Can be reopened until { $until }.
desk-reopen-over = Could be reopened until { $until }. Open a new case instead.

## Search
desk-search = Search
desk-search-field = Words or a case number
desk-search-none = Nothing found for “{ $q }”.
desk-search-scope-vendor = Subjects, messages and notes of the cases your desks see, case numbers, and customers by name or number. All words must stand in one message; the last may be a beginning.
desk-search-scope-customer = Subjects and messages of your organisation's requests that you may see, and request numbers. All words must stand in one message; the last may be a beginning.
desk-search-accounts = Customers
desk-search-cases = { $n ->
    [one] 1 case
   *[other] { $n } cases
}
desk-column-latest = Latest

## Customers
desk-accounts = Customers
desk-accounts-field = Name begins with, or customer number
desk-accounts-none = No customer has this name or number.
desk-account-new = New customer
desk-account-name = Customer's name
desk-account-create = Take in
desk-account-show = Open the customer's page
desk-customer-number-long = Customer number
desk-open-for = Open a case for them
desk-time-there = Time there now
desk-business-hours = Business hours
desk-languages = Languages
desk-subscription = Subscription
desk-no-subscription = No subscription: pre-sales enquiries only.
desk-seats = { $n ->
    [one] 1 seat
   *[other] { $n } seats
}
desk-seats-label = Seats
desk-seats-wrong = Write how many seats, 1 to 1 000 000
desk-promised-under = Promised under edition { $edition }
desk-media = May be reached by
desk-not-included = not included
desk-is-trial = It is a trial
desk-offer-none = None
desk-first-administrator = First administrator
desk-first-administrator-hint = They become global administrator and are invited by a link.
desk-time-zone-hint = Like Europe/Berlin; left empty, that of the region.
desk-time-zone-hint-own = Like Europe/Berlin; left empty, yours.
desk-people = People
desk-people-none = Nobody speaks for this customer yet.
desk-role = Role
desk-role-missing = Choose a role
desk-invite = Invite somebody
desk-invite-do = Invite
desk-invited = Invited.
desk-invited-once = Pass this link on; it is shown only now, can be used once, and for a week.
desk-cases = Cases
desk-cases-none = No cases yet.

## Team
desk-team = Team
desk-invite-colleague = Invite a colleague

## Opening a case for a caller
desk-intake = New case for a customer
desk-intake-who = Who is it? Search by name or customer number.
desk-intake-other = Another customer
desk-intake-open = Open the case
desk-intake-requester-missing = Choose who called or wrote
desk-intake-impact-missing = Choose a severity, or answer the three questions
desk-intake-subject-missing = Write in one line what it is about
desk-intake-body-missing = Write down what they say
desk-subject = Subject
desk-body = What they say
desk-category-none = None
desk-severity-from-answers = Proposed from the three answers
desk-severity-hint = Your assessment, or leave it to the answers below.
desk-question-affected = Who is affected?
desk-question-work = Is work stopped?
desk-question-workaround = Is there a workaround?
desk-caller = Caller
desk-caller-cases = Their open cases
desk-verdict = What is promised
desk-verdict-by = by { $at }
desk-verdict-there = { $at } for the customer
desk-verdict-from = Handled from { $at }.
desk-channel-included = By { $medium }: included, { $window }.
desk-channel-excluded = By { $medium }: not included.
desk-channel-instead = Instead: { $instead }
desk-channel-anyway = The case can be opened all the same; tell the caller.
desk-because-offer = By the elevated offer { $offer }.
desk-because-trial = { $plan } promises a time to paid subscriptions only; this is a trial.
desk-because-service = { $service } is served like { $plan }.

## Reports
desk-reports = Reports
desk-reports-under = The last { $n } days, days in UTC
desk-share = { $percent } % (n = { $n })
desk-of = n = { $n }.
desk-share-few = { $met } of { $n }
desk-kept-all = First responses in time
desk-kept-definition = Promised first responses that were given or fell due in this time: those given by their due second, out of all.
desk-late = Late or still owed
desk-late-definition = Promised first responses whose due instant passed without an answer; answering later does not undo it.
desk-without = Without commitment
desk-without-definition = Opened without any promised first response; they count in no share.
desk-opened = Opened
desk-opened-definition = Cases submitted in this time.
desk-closed-count = Closed
desk-closed-definition = Cases that are closed now and were closed in this time; a reopened one does not count.
desk-kept-question = How often did we keep the promised first response?
desk-kept-title = Kept, by severity
desk-kept-none = No promised first response was due in this time.
desk-kept-apart = Shares of fewer than five are given as counts. { $n ->
    [one] 1 request
   *[other] { $n } requests
} without commitment are counted apart.
desk-severity-of = Severity { $code }
desk-severity-none = No severity
desk-flow-question = Does more come in than gets done?
desk-flow-title = Opened and closed per day
desk-flow-definition = A case counts on the day it was opened and on the day it was last closed.

desk-terms = Apply today's terms
desk-terms-now = Held under edition { $edition }, plan { $plan }, as when it was opened. Nothing moves by itself when the plan, an offer, the edition or the calendar changes; this applies what holds today. A due time never moves later because of a contract.
desk-terms-hint = Why. The customer reads it.
desk-done-terms = Today's terms apply from now on.
desk-event-terms = { $by } put the case under today's terms, edition { $edition }
