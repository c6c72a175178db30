# Texts of the portal pages. One message per line, keys kebab-case starting with `portal-`.

## Acting for somebody, and people without rights
portal-acting-for = You act for { $account }. What you do is signed with your name and your organisation's.
portal-acting-switch = Act for another customer
portal-acting-choose = Choose a customer
portal-more-open = The first { $n } are shown.
portal-no-customer = You act for no customer just now. Choose one; if it is not there, its administrator has to let you act.
portal-no-rights-title = Your administrators speak for you
portal-no-rights-why = Requests to us are made by the administrators of { $account }: they know your set-up, and what they cannot solve they bring to us. Turn to one of them.
portal-no-rights-who = Who can open a request
portal-no-rights-nobody = Nobody yet. Ask the person who set your account up.
portal-no-rights-partner = What this customer delegated to your organisation does not include opening this kind of request.
portal-no-rights-else = What you can expect of us is written in the
portal-read-description = service description

## Home
portal-home-title = Home
portal-greeting = Hello, { $name }
portal-new-request = New request
portal-needs-you = Needs your answer ({ $n })
portal-open-requests = Open requests
portal-all-requests = All requests
portal-nothing-open = Nothing open. When something does not work, or you have a question, send a request.
portal-closed-lately = Recently closed
portal-all-closed = All closed requests
portal-your-plan = Your plan
portal-plan = Plan
portal-plan-none = No subscription yet. You can ask us before you buy.
portal-plan-unknown = The service description in force does not know this plan. Ask us about its successor.
portal-trial = Trial
portal-seats = { $n ->
    [one] 1 seat
   *[other] { $n } seats
}
portal-region = Support region
portal-edition = Service description
portal-edition-of = Edition { $id }
portal-no-edition = No service description is in force yet; requests can be opened once one is published.

## Telephone
portal-telephone = Telephone
portal-telephone-explained = The number of your country, when it is answered, and what to have at hand.
portal-telephone-number = Number
portal-telephone-none = There is no number for your country. Send a request online, or call the nearest number.
portal-telephone-nothing = No numbers are published yet.
portal-telephone-all = All numbers and hours
portal-telephone-technical = Technical help
portal-telephone-other = Billing, subscriptions, pre-sales
portal-telephone-wait = Expected wait
portal-telephone-not-measured = not measured
portal-telephone-hours = Business hours of the next seven days, in your time ({ $zone })
portal-telephone-languages = { $languages }
portal-telephone-rights = Is the telephone included?
portal-telephone-rights-other = Billing, subscription and pre-sales questions: by telephone in business hours, on every plan.
portal-telephone-at-hand = Have this at hand
portal-telephone-directory = Numbers by country
portal-telephone-country = Country
portal-telephone-language = Languages
portal-telephone-office = Business hours there
portal-telephone-local = it is { $at } there
portal-telephone-zone = Opening and closing are given in your time zone, { $zone }.
portal-toll-free = toll-free
portal-customer-number = Customer number
portal-included = included
portal-not-included = Not included
portal-open-always = Open around the clock
portal-open-now = Open now
portal-open-until = until { $at }
portal-closed-now = Closed now
portal-opens-at = opens { $at }

## Lists
portal-requests = Requests
portal-tab-open = Open
portal-tab-closed = Closed
portal-column-severity = Severity
portal-column-request = Request
portal-column-turn = Whose turn
portal-column-promise = Next promise
portal-submitted = submitted
portal-known = Other open requests of your organisation
portal-known-why = Your role shows that they are there, whose turn it is and their dates. Ask a global administrator about what is in them.
portal-column-afterwards = What you can still do
portal-nothing-closed = No closed requests.
portal-first-page = Latest
portal-open-first = First page
portal-open-more = Further requests
portal-closed = Closed
portal-last-news = last news
portal-first-response = First response
portal-next-yours = waits for your answer
portal-next-resolved = solved; closes by itself
portal-next-ours = no commitment; with us
portal-reopen-through = Can be reopened until the end of { $day }
portal-reopen-until = Can be reopened until { $at }
portal-follow-up = Follow up
portal-follow-up-open = Open a follow-up request
portal-follow-up-subject = Follow-up: { $subject }

## Impact, severity, promise
portal-affected = Who is affected?
portal-affected-short = Affected
portal-affected-one = One person
portal-affected-several = Several people, or part of the organisation
portal-affected-everyone = Everyone, or a whole service
portal-affected-missing = Choose who is affected
portal-work = Is work stopped?
portal-work-short = Work
portal-work-stopped = Yes, work is stopped
portal-work-impaired = No, but it is impaired
portal-work-unhindered = No, work goes on as usual
portal-work-missing = Choose whether work is stopped
portal-workaround = Is there a way round it?
portal-workaround-short = Workaround
portal-workaround-yes = Yes, one that will do for now
portal-workaround-no = No, or none that will do
portal-basis-set = You set this severity yourselves, as your support option allows.
portal-basis-assessed = Our engineers assessed this severity.
portal-basis-proposed = Proposed from your answers. { $reason }
portal-severity = Severity
portal-severity-hint = Your support option lets you set it yourselves.
portal-severity-proposed = As proposed
portal-severity-proposed-hint = From your answers above, by the table in the service description.
portal-severity-buys = { $meaning } First response: { $promise }.
portal-reason-plan = Your plan { $plan } has the objectives of the column “{ $column }”.
portal-reason-standalone = { $plan } is a standalone plan and is served with the objectives of the column “{ $column }”.
portal-reason-additional = { $service } is served like the plan it is used with, { $plan }.
portal-reason-offer = { $offer } overrides the plan's objectives with the elevated ones.
portal-reason-kind = { $kind } has no severities; it is handled in its own hours.
portal-reason-trial = { $plan } is held as a trial: its objectives are for paid subscriptions, so there is support without commitment.
portal-reason-exception = In your region, around the clock means business hours: { $reason }
portal-reason-channel = { $medium } is not included. { $instead }
portal-medium-online = Online
portal-medium-telephone = Telephone
portal-channel-included = Included in your plan: { $medium }, { $window }.
portal-channel-not-included = This way ({ $medium }) is not included in your plan. { $instead }
portal-first-response-by = First response by
portal-no-commitment = No commitment
portal-handled-now = handled from now on
portal-handled-from = handled from { $at }
portal-cell = In the service description: “{ $cell }”

## A new request
portal-new-title = New request
portal-step-kind = What kind
portal-step-details = What happened
portal-step-review = Review and send
portal-continue = Continue
portal-back = Back
portal-change = Change
portal-draft-kept = You have an unsent request.
portal-draft-continue = Continue it
portal-draft-discard = Start over
portal-follows = This follows up request { $number }, which can no longer be reopened.
portal-follows-label = Follows up
portal-follows-unknown = The request this one follows up is open, or not one of yours. Open it and reply there instead.
portal-kind = What kind of help do you need?
portal-kind-short = Kind of help
portal-kind-missing = Choose a kind of help you may ask for
portal-category = Product or topic
portal-category-hint = For technical requests: it brings yours to the right people sooner.
portal-category-none = Not sure
portal-subscription = Subscription
portal-subscription-missing = Choose one of your subscriptions
portal-subject = What is wrong, in one sentence?
portal-subject-hint = For example: Outlook shows no new mail since this morning.
portal-subject-short = Subject
portal-subject-missing = Say in one sentence what is wrong
portal-body = What happens, since when, and what have you tried?
portal-body-hint = Error messages word by word help most. Markdown works.
portal-body-short = Description
portal-body-missing = Describe what happens, in a few words at least
portal-text-too-long = This has { $n } characters; at most { $limit } fit
portal-files = Files
portal-files-hint = Screenshots, logs: several files are fine, 100 MB each at most.
portal-files-kept = Files kept with this request
portal-files-too-many = At most { $n } files fit; remove some first
portal-file-remove = Remove
portal-verdict = What you can expect
portal-verdict-proposed = Proposed severity, and what it buys on your plan
portal-verdict-set = The severity you set, and what it buys on your plan
portal-verdict-may-correct = Our engineers may correct the severity, with a reason you will read.
portal-other-severities = What the other severities mean
portal-or-call = You may also call:
portal-or-call-none = You may also call; there is no number for your country yet, so take the nearest one.
portal-no-telephone = By telephone this is not included in your plan.
portal-you-send = What you are about to send
portal-send = Send request
portal-sent-before = You have sent a request from this form already, with other words. If this is another matter, send it; otherwise open the first one from your list.

## A request
portal-engineer = Engineer
portal-requester = Requester
portal-opened = Submitted
portal-system = Mainstay
portal-newest = Jump to the newest entry
portal-close = It is solved: close
portal-close-with-reason = Close with a word about why
portal-close-reason = What solved it, or why it is no longer needed
portal-reopen = Reopen
portal-reopen-reason = Why is it not solved?
portal-reopen-hint = Say what still happens; the same people go on from here.
portal-reopen-over = It could be reopened until { $at }. If the trouble is back, open a follow-up request: it starts from what is written here.
portal-change-severity = Change the severity
portal-severity-new = New severity
portal-severity-reason = What has changed?
portal-done-reply = Your reply was sent.
portal-done-answers = Ticked off. Reply when everything is answered, so that we go on.
portal-done-closure = Closed. Thank you for telling us.
portal-done-reopening = Reopened. We go on from here.
portal-done-severity = The severity was changed.
portal-sent = Your request was sent.
portal-sent-number = Number
portal-sent-promise = Our promise
portal-sent-call = If it gets worse
portal-sent-customer-number = customer number { $number }

portal-next = What happens next
portal-next-answer-by = An engineer answers by
portal-next-promise = Promised on your plan: { $promise }.
portal-next-overdue = The answer is overdue. Your request stands at the head of our queue.
portal-next-no-commitment = Your plan promises no time at this severity; requests are answered in the order they came.
portal-next-with-us = We are working on it and write here. No time is promised for further answers.
portal-next-your-turn = We wait for your answer.
portal-next-items = { $n ->
    [one] One thing we asked for is open
   *[other] { $n } things we asked for are open
}
portal-next-reply = Write a reply
portal-next-solution = We gave a solution. If it helps, close the request.
portal-next-closes = Without another word from you it closes by itself
portal-next-object = Any reply keeps it open.
portal-next-closed = Closed on
portal-referred = Outside our support:
portal-missed = We missed our promise.
portal-missed-late = The first response was due { $due } and came { $at }, { $late } late.
portal-missed-owed = The first response was due { $due } and is still owed. Your request stands at the head of our queue.
portal-missed-call = If it cannot wait, call us.

portal-asked = What we asked you for
portal-asked-hint = Tick off what you have answered. Write the answers as a reply; files go with it.
portal-asked-done = Tick off
portal-entry-asks = We need to know:
portal-entry-solution = Solution
portal-entry-referred = Outside our support
portal-entry-closed = Closed
portal-entry-reopened = Reopened
portal-event-severity = { $who } changed the severity from { $from } to { $to }:
portal-event-given = { $n ->
    [one] { $who } ticked off one answer
   *[other] { $who } ticked off { $n } answers
}
portal-event-closed = { $who } closed the request
portal-event-reopened = { $who } reopened the request
portal-event-files = { $who } added files:

portal-rail-promise = Severity and promise
portal-rail-told = What you told us
portal-history = History of severity and promises
portal-history-opened = Opened with severity { $code }
portal-history-submitted = Submitted
portal-history-severity = Severity { $from } became { $to }
portal-history-reopened = Reopened
portal-history-kept = First response given in time
portal-history-missed = First response missed

portal-why = Why this time?
portal-why-ledger = Step by step
portal-why-none = No clock runs, so there is nothing to compute.
portal-why-start = you submitted it
portal-why-day-of-receipt = the rest of the day you submitted it does not count
portal-why-gap = the clocks went forward by { $d }
portal-why-fold = the clocks went back by { $d }
portal-why-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
portal-why-pinned = Decided for good when you submitted it: edition { $edition }, calendar of { $region } (revision { $revision }), time zones { $zones }.

portal-event-terms = Held under today's terms from here on, edition { $edition }
