# Texts of partners: acting for customers, letting partners act, the directory. Keys start with
# `partner-`, those of the navigation and the desk with `nav-` and `desk-`.

nav-partner-inbox = Inbox
nav-partner-customers = Customers
nav-partner-people = People
nav-partners = Partners

## For whom one acts
partner-acting = You act for { $account }, until { $day }.
partner-acting-some = You act for { $account } under some of its subscriptions, until { $day }.
partner-switch = Act for another customer
partner-switched = You act for another customer now; the line below says for whom.
partner-signature = { $partner }, for { $account }
partner-switch-to = Acts for { $account } from then on, and opens the request
partner-switch-and-open = Act for this customer and open the request
partner-other-title = A request of another customer
partner-other-why = You act for { $account } just now, and this request is { $other }’s.
partner-other-customer = You began this for another customer, and act for { $account } now. Look whether it is meant for { $account } before you send it.
partner-cut-off-title = Your text was not sent
partner-cut-off-copy = Your text was not sent; copy it here.
partner-cut-off-removed = { $account } has removed your right to act for them.
partner-cut-off-ended = Your right to act for { $account } ended on { $day }.
partner-cut-off-not-named = Your organisation has named others to act for { $account }.
partner-cut-off-narrowed = { $account } does not let you do this, or it is not there any more.
partner-your-text = Your text
partner-to-inbox = Go to your inbox

## The inbox
partner-inbox-explained = The open requests of all your customers: what needs your answer comes first.
partner-inbox-empty = Nothing open at any of your customers.
partner-customer = Customer
partner-no-customer = No customer lets you act at present. Ask one, or name yourself for a customer that lets your organisation act.
partner-no-customer-agent = No customer lets you act at present. Whoever administers your organisation names who acts for whom.

## Customers of a partner
partner-customers-explained = What each customer lets your organisation do, until when, and who of you does it.
partner-may = May
partner-until-label = Until
partner-until = until { $day }
partner-ends-soon = Ends soon
partner-who-acts = Who acts
partner-nobody-named = Nobody is named yet
partner-everybody = Everybody at this partner may act: this was granted before persons were named. Change it to say how many.
partner-current = You act for this customer now
partner-act = Act for this customer
partner-not-named = You are not named to act for this customer.
partner-over = No longer
partner-ended-on = ended on { $day }
partner-name-fold = Name who acts
partner-name-people = Who acts for this customer (at most { $n })
partner-name-hint = The customer sees these names.
partner-name-save = Save who acts
partner-leave = Give it up
partner-leave-explained = You all stop acting for this customer at once. What you did stays as it is signed.
partner-leave-do = Give it up
partner-reason = Why
partner-people-short = its people

## For which subscriptions
partner-subscriptions = For which subscriptions
partner-subscriptions-hint = Of requests about others, or about none, it sees nothing and makes none.
partner-subscriptions-all = All subscriptions, also later ones
partner-subscriptions-both = Tick either all subscriptions or single ones
partner-subscriptions-unknown = Choose among your subscriptions
partner-subscription-since = { $n } seats, since { $from }
partner-subscription-term = { $n } seats, { $from } to { $until }
partner-sees-covered = Only those about the subscriptions it named for your organisation are among them.

## Asking a customer
partner-asks = What you asked for
partner-asks-none = You have asked no customer yet.
partner-ask = Ask a customer
partner-ask-explained = The customer’s administrator is told and decides, perhaps for less. What is not answered within 90 days lapses. You find number and name on the customer’s home page: ask them for both.
partner-customer-name = The customer’s name
partner-ask-reason = What you would do for them
partner-ask-send = Ask
partner-ask-open = Not answered yet
partner-ask-approved = Approved
partner-ask-declined = Declined
partner-ask-withdrawn = Withdrawn
partner-ask-lapsed = Lapsed
partner-ask-withdraw = Withdraw

## People of a partner
partner-invite = Invite somebody
partner-what-to-do = What you can do
partner-inactive = May not sign in
partner-deactivate = Deactivate
partner-activate = Activate

## The directory
partner-entry = Entry in the directory
partner-entry-explained = What customers read who look for a partner.
partner-entry-save = Save the entry
partner-about = What you do
partner-about-hint = A few sentences for customers who look for help.
partner-contact = How to reach you
partner-reached = How to reach it
partner-contact-hint = An address, a number or a site.
partner-languages = Languages
partner-specialities = Specialities
partner-lines-hint = One a line.
partner-regions = Regions
partner-listed = Show this entry in the directory
partner-directory = Find a partner
desk-partner-directory = Directory
partner-directory-explained = Partners help with set-up and every day’s work, and can make requests for you if you let them.
partner-directory-none = No partner is listed yet. Ask us whom we know in your region.
partner-directory-unfound = No partner fits all of this. Look with less.
partner-directory-all = Show all partners
partner-any = Any
partner-region = Region
partner-language = Language
partner-speciality = Speciality
partner-find = Find
partner-let-act = Let this partner act for us
partner-about-title = What the directory says

## Partners of a customer
partner-yours-explained = Who outside your organisation may act for it, how far and until when. You can end it at any time.
partner-find-one = Find a partner
partner-none = No partner acts for you. If one is to help you, find it and let it act.
partner-current-ones = Act for you now
partner-asks-waiting = Awaiting your approval ({ $n })
partner-asks-for = Asks for
partner-asked-by = Asked by
partner-ask-reason-given = Why
partner-ask-until = Lapses on
partner-answer = Look and answer
partner-last-act = Last act
partner-last-none = Nothing yet
partner-change-or-remove = Change or remove
partner-kinds = Which requests it may make and follow
partner-kinds-hint = Billing and subscription include your invoices and changes to your subscriptions.
partner-people = It may manage your people
partner-people-hint = Invite and let go your people, never administrators.
partner-persons = How many persons may act
partner-persons-hint = The partner names them, and you see their names.
partner-persons-wrong = Write how many persons, in figures
partner-until-hint = At most two years. You both are reminded 90, 30 and 7 days before.
partner-until-wrong = Choose the last day
partner-grant = Let this partner act for you
partner-grant-do = Let it act
partner-grant-explained = Everything it does is signed with its name, on the request and in your log.
partner-change = What it may do
partner-change-do = Save
partner-granted-by = Granted by { $who }, until { $day }.
partner-remove = Remove this partner
partner-remove-explained = It can do nothing for you from that moment on: what its people have open ends, and notices still on their way to them are not delivered. What it did stays on your requests and in your log.
partner-remove-do = Remove now
partner-asks-sentence = { $who } asks to act for you: { $what }, with { $n } { $n ->
    [one] person
   *[other] persons
}.
partner-lapses-on = Lapses on { $day } without an answer.
partner-approve-title = Your answer
partner-approve-hint = Give what was asked for, or less, for all subscriptions or some. Who asked is named first.
partner-approve = Approve
partner-decline = Decline instead
partner-decline-do = Decline
partner-history = What happened
partner-past-asked = It asked to act for you:
partner-past-granted = Let act by
partner-past-changed = Changed by
partner-past-declined = Declined by
partner-past-withdrawn = It withdrew what it asked for:
partner-past-named = Who acts was changed by
partner-past-removed = Removed by
partner-past-renounced = Given up by
partner-past-lapsed = Came to its end
partner-past-other = Noted
partner-done-granted = The partner may act for you now.
partner-done-changed = What the partner may do was changed.
partner-done-declined = Declined.
partner-done-removed = The partner can do nothing for you any more.
partner-done-gone = This was settled already; here is how things stand.

## Notices
partner-news-asked = A partner asks to act for you.
partner-news-granted = You may act for this customer
partner-news-changed = What you may do for this customer was changed
partner-news-declined = A customer declined what you asked for.
partner-news-ends-soon = A partner’s right to act ends soon
partner-news-ended = A partner’s right to act for you has ended.
partner-news-renounced = A partner has given up its right to act for you.
partner-news-look = Look

## The vendor's side
desk-partners = Partners
desk-partner = Partner
desk-partners-explained = Organisations that act for customers, as far as each customer lets them.
desk-partners-none = No partner yet. Take the first one in.
desk-partner-listed = Listed
desk-partner-unlisted = Not listed
desk-partner-new = Take in a partner
desk-partner-name = The partner’s name
desk-partner-first = Its first administrator, who invites the others:
desk-partner-create = Take in and invite
partner-more-open = The first { $n } are shown.
