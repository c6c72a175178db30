# Texts of the shared building blocks (crates/web/src/ui). One message per line, keys kebab-case.

## Time
unit-day = d
unit-hour = h
unit-minute = min
unit-second = s
time-in = in { $d }
time-ago = { $d } ago
time-just-now = just now
time-breached-ago = breached { $d } ago
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec

## Clock chips
clock-on-track = on track
clock-at-risk = at risk
clock-breached = breached
clock-paused = paused
clock-paused-for = paused · { $why }
clock-met = met
clock-met-early = met { $d } early
clock-met-over = met { $d } late
clock-no-commitment = no commitment
clock-no-commitment-from = no commitment · handled from { $at }
clock-due-title = Due { $at }
clock-met-title = Met { $at }

## Badges
severity-words = Severity { $code }, { $name }
turn-customer-here = Your answer needed
turn-customer-there = Waiting for customer
turn-vendor-here = Our turn
turn-vendor-there = With us
turn-third-party = With a third party
turn-nobody = Resolved
channel-portal = Portal
channel-mail = E-mail
channel-phone = Telephone
channel-api = API
tone-ok = OK
tone-warn = Warning
tone-bad = Problem

## Frame
skip-to-content = Skip to content
error-prefix = Error:
nav-main = Main
nav-more = More
crumbs-label = You are here
search-label = Search
search-hint = Search cases
search-hint-customer = Search your requests
help-label = Help
notifications-label = Notifications
notifications-unread = { $n ->
    [one] 1 unread notification
   *[other] { $n } unread notifications
}
account-menu = Account
account-profile = Profile and preferences
theme-label = Appearance
theme-system = System
theme-light = Light
theme-dark = Dark
sign-out = Sign out
sign-in = Sign in
details-label = Details
details-jump = Details
updated-at = Updated { $at }
refresh = Refresh
flash-dismiss = Dismiss
page-reference = Reference { $id }

## Actions and forms
action-close = Close
action-cancel = Cancel
action-show = Show
form-mistakes-title = There is a problem
form-optional = (optional)
form-required-mark = required
form-sending = Sending …
form-send-failed = Sending failed. Your text is kept; try again.
form-show-effect = Show effect
form-choose = Choose …
form-files-hint = Several files are fine, { $size } each at most.
count-left = { $n ->
    [one] 1 character left
   *[other] { $n } characters left
}
count-over = { $n ->
    [one] 1 character too many
   *[other] { $n } characters too many
}
draft-saved = Draft saved { $at }
draft-not-saved = Draft not saved yet
steps-label = Steps
steps-of = Step { $n } of { $all }
step-done = done

## Live
live-show-new = { $n } new · show
live-offline = The connection is lost. You can go on reading and writing; drafts are kept. Reconnecting …

## Timeline and composers
timeline-label = Timeline
timeline-changes = { $n ->
    [one] 1 change
   *[other] { $n } changes
}
timeline-from-customer = Customer
timeline-from-vendor = Support
timeline-note = Internal note
timeline-note-hint = Not visible to the customer
timeline-via = via { $channel }
timeline-link = Link to this entry
timeline-new = New
timeline-original = Show original
timeline-translated = Machine-translated from { $language }
timeline-files = Files
delivery-queued = Sending
delivery-delivered = Delivered
delivery-failed = Not delivered: { $why }
composer-reply = Reply
composer-note = Internal note
composer-reply-label = Your reply
composer-note-label = Internal note
composer-reply-to = To { $audience }
composer-send-to = Send to { $audience }
composer-send-and-wait = Send and wait for customer
composer-save-note = Save internal note
composer-note-hint = Only your colleagues see this. The customer never does.
composer-files = Attach files
composer-markdown = Markdown works: **bold**, lists, `code`, tables.
composer-newer-title = Something new was said while you were writing
composer-newer-hint = Read it, then send again. Your text is kept.

## Lists
list-select = Select { $what }
list-select-all = Select all
list-pages = Pages
list-newer = Newer
list-older = Older
list-shown = { $from }–{ $to } of { $all }
list-views = Views
list-filters = Filter

## Ledger of an explanation
ledger-label = How this time was computed
ledger-from = From
ledger-to = To
ledger-minutes = Counted
ledger-sum = Sum
ledger-what = What
ledger-counted = Counts
ledger-closed = Closed
ledger-paused = Paused
ledger-start = Starts
ledger-due = Due
ledger-rule = Rule

## Charts
chart-peak = Most in a day: { $n }
chart-table = Show the numbers
chart-what = What
chart-value = Value

## Service description
matrix-my-plan = Your plan
matrix-no-commitment = No commitment
matrix-note = Note { $n }
matrix-notes = Notes

## Keyboard
keys-title = Keyboard shortcuts
keys-on = Shortcuts are on
keys-then = then
keys-next = Next / previous in a list
keys-select = Select in a list
keys-open = Open
keys-send = Send what you are writing
keys-leave = Leave the field, keep the draft
keys-help = This list
