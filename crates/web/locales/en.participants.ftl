## Who takes part in a request, and who sees what

case-people-title = People of this request
people-requester = Asked
people-of-support = Support
people-you = you
people-change = Add or remove people
people-who = See who takes part
people-none = Nobody else takes part.
people-add = Add somebody
people-add-to = Who
people-add-button = Add to this request
people-choose = Choose somebody
people-add-hint = They see what both sides write from now on, not what was said before, and are told of news.
people-nobody-left = Everybody you could add takes part already.
people-closed = This request is closed. Reopen it to add somebody.
people-remove = Remove
people-leave = Leave this request
people-lead = Whoever takes part by name sees what both sides write from the moment they were added, and is told of news.
people-since = since { $at }
people-done-added = They take part now, and are told of it.
people-done-removed = They take part no more.
people-left = You have left this request.
people-from-here = You see this request from the moment you were added. What was said before is for those who were there.

people-event-added = { $who } added { $name }
people-event-removed = { $who } removed { $name }
people-event-left = { $name } left

notice-tell-added = You were added to
notice-tell-participant = There is news on
notice-tell-colleague = A colleague left a note on

## Notes for colleagues

timeline-colleagues = Note for colleagues
timeline-colleagues-hint = Support does not see this
composer-colleagues = Note for colleagues
composer-colleagues-label = Your note for colleagues
composer-colleagues-hint = Only people of { $account } who read this request see this. The support team never does.
composer-colleagues-save = Save note for { $account } only
portal-done-colleagues = Your note is saved. Only your colleagues see it.

## Who sees which requests

sees-all = You see every request of { $account }.
sees-own = You see the requests you asked for and those you take part in.
sees-some = You see every { $kinds } request of { $account }, and of the others those you asked for or take part in.
sees-and = { $one } and { $other }
sees-others = { $n ->
        [one] { $names } sees all.
       *[other] { $names } see all.
    }
sees-more = { $n ->
        [one] { $names } and one more
       *[other] { $names } and { $n } more
    }
sees-kind-technical = technical
sees-kind-billing = billing
sees-kind-subscription = subscription
sees-kind-pre-sales = pre-sales

portal-known-closed = Other closed requests of your organisation
known-title = Request { $number }
known-why = Your role shows that this request exists, whose turn it is and its dates. What is in it, you do not see.
known-who = { $names } can read it.
known-desk = It lies at another desk, whose people can add you to it.
known-kind = Kind
known-turn = Status
known-opened = Submitted
known-last = Last news
known-closed-at = Closed
desk-known = Cases of other desks
desk-known-why = That they exist, whose turn it is and their dates.
desk-queue-part = Taking part
desk-nothing-part = You take part in no case by name.
