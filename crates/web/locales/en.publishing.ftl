## Publishing: editions of the service description and regional calendars, and their drafts.

nav-descriptions = Publishing

publishing-title = Publishing
publishing-explained = What is promised and when it is open: what is published stays as it is, and what will be is drafted here. Leads and managers draft; a manager publishes when another one agrees.
publishing-new = New draft
publishing-new-explained = An edition of the service description, or a region with its calendars, in the description language. It is kept with whatever mistakes it has, and nothing of it holds before it is published.
publishing-drafts = Drafts
publishing-draft = Draft
publishing-no-drafts = No draft is being written. Begin a new one, or begin from something that is published.
publishing-state = State
publishing-changed = Changed
publishing-editions = Published editions
publishing-edition-heading = Edition
publishing-no-editions = No edition is published yet, so nobody can submit a request. Draft one and publish it.
publishing-regions = Published regions
publishing-no-regions = No region is published yet, so nobody can submit a request. Draft one and publish it.
publishing-from = In force from
publishing-in-force = In force now
publishing-was-until = Was in force until { $day }
publishing-will-be-from = In force from { $day }
publishing-next = What to do
publishing-begin-from = Begin a draft from it
publishing-add-revision = Add a revision
publishing-region = Region
publishing-zone = Time zone
publishing-newest = Newest calendar
publishing-revision = Revision { $n }, from { $day }
publishing-revision-begun = Revision { $n }, from { $day }: holds for new requests as soon as it is published
publishing-revision-now = Until then revision { $n } holds.
publishing-edition = Edition { $name }
publishing-region-of = Region { $name }
publishing-some-edition = An edition without an id
publishing-some-region = A region without a code
publishing-no-name = A text that is neither an edition nor a region yet
publishing-asked-by = { $name } asks to publish it
publishing-no-mistakes = No mistakes
publishing-discarded = The draft is discarded.

publishing-text = Text
publishing-text-title = Change the draft
publishing-text-hint = An edition begins with [edition], a region with [region].
publishing-file = Or a file
publishing-file-hint = A TOML file; it takes the place of the text above.
publishing-keep = Keep the draft and check it
publishing-kept = Kept.
publishing-kept-mistakes = Kept. It has mistakes; you can correct them now or later.
publishing-asked = Asked for. It is published as soon as another manager agrees.
publishing-begun-edition = This is the text of the published edition. Give it an id and a first day of its own, and say in a [[succession]] what becomes of each plan that goes on under another id.
publishing-begun-region = This is the text of the published region. Leave its revisions as they are, and add yours at the end as a [[revision]] with the next number.
publishing-no-text = It was published from a file, and its text is not kept here. Choose that file below and change it.
publishing-changed-by = Revision { $n }, changed by { $name }
publishing-was-published = This draft was published.
publishing-read = Read it

publishing-clean = No mistakes.
publishing-mistakes = { $n ->
    [one] One mistake
   *[other] { $n } mistakes
}
publishing-mistakes-explained = The draft is kept all the same. It can be published once none is left.
publishing-mistakes-more = { $n ->
    [one] And one more, which shows when these are corrected.
   *[other] And { $n } more, which show when these are corrected.
}
publishing-place = Line { $line }, character { $column }:
publishing-hint = What to do:
publishing-what-changes = What it changes
publishing-concerns = Concerns
publishing-customers = { $n ->
    [0] No customer yet
    [one] One customer
   *[other] All { $n } customers
}
publishing-customers-there = { $n ->
    [0] No customer in this region
    [one] One customer in this region
   *[other] { $n } customers in this region
}
publishing-instead-of = Instead of
publishing-until = Until
publishing-against = What customers gain and lose against edition { $name }, plan by plan:
publishing-first = No edition comes before it, so there is nothing to compare it with.
publishing-future = It is in force from { $day } (UTC) on. Requests opened until then are promised by the edition before it, and keep that promise.
publishing-begun = Its first day, { $day }, has begun already. It is in force as soon as it is published: requests opened from then on are promised by it. Requests opened before keep the promise they have, even those opened since that day.
publishing-overtaken = Its first day, { $day }, has begun already, and so has that of the newer edition { $name }, which stays in force. No new request will be promised by this one.
publishing-new-region = The region is new. Customers can be taken in there once it is published.
publishing-particulars = It adds no calendar revision; only the region’s particulars change.
publishing-open-stay = Requests that are open keep the calendar they were opened under.
publishing-hours = Other opening hours:
publishing-holidays = { $n ->
    [one] One holiday more:
   *[other] { $n } holidays more:
}
publishing-holidays-ended = { $n ->
    [one] One holiday less:
   *[other] { $n } holidays less:
}
publishing-overrides = { $n ->
    [one] One date with other hours:
   *[other] { $n } dates with other hours:
}

publishing-asked-revision = { $name } asked for revision { $n } to be published,
publishing-waits = It waits for another manager who agrees. If the text is changed, it must be asked for again.
publishing-outdated = The text has changed since, so nobody can agree to that any more.
publishing-other-text = What you wrote is not kept yet.
publishing-other-text-explained = The text below is yours. Keeping it puts it in place of the text that is kept.
publishing-kept-text = The text that is kept
publishing-look-first = You had changed the text. It is kept now and shown with what it changes; look at it and ask once more.
publishing-publish-title = Publish it
publishing-ask = Ask for it to be published
publishing-alone = It takes two managers to publish, and nobody else here is one. Make somebody a manager first, under Team; or whoever runs the machine publishes the file.
publishing-two = Another manager agrees before it is published: { $names } can. What is published stays as it is.
publishing-others-publish = A manager has it published once it has no mistakes: { $names } can.
publishing-nobody-publishes = A manager has it published once it has no mistakes. Nobody here is one yet.
publishing-discard = Discard
publishing-discard-do = Discard the draft
publishing-discard-explained = The draft goes, with its text. What is published stays.

approvals-publish-edition = Publish edition { $name } of the service description
approvals-publish-region = Publish the calendars of region { $name }
approvals-read-draft = Read the draft and what it changes
approvals-outdated = Changed since
approvals-outdated-explained = The draft was changed or discarded after this was asked for, so nobody can agree to it any more. It has to be asked for again.
