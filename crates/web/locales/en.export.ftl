# Taking requests away

export-title = Export
export-explained = Everything you read of your organisation's requests, to keep or to go on with elsewhere. You need not ask anybody for it.
export-kinds = It holds all requests of these kinds: { $kinds }. Of others it holds those you submitted or take part in.
export-table = A table
export-table-holds = A row for each request: what it is about, how it stands, what was promised and whether it was kept. For a spreadsheet.
export-whole = Everything
export-whole-holds = Each request with its whole story: every message, your notes for colleagues as far as you read them, who took part, every promise with when it was due and met, and the names of the files. For programs.
export-described = What each line holds
export-csv = Download as CSV
export-jsonl = Download as JSON Lines
export-notes = Files themselves are not in it; each is on the page of its request.
export-logged = Each export stands in the log.
export-logged-elsewhere = Each export stands in your organisation's log.
export-ask-title = Export its requests
export-ask-explained = Everything you read of this customer's requests, as a table or as JSON Lines. Another person agrees first; then you have a day to download it. Each download stands in the customer's own log, with your reason and both names.
export-reason = What for
export-reason-hint = Whoever agrees reads this, and so does the customer, in their log.
export-ask = Ask for it
export-asked = Asked for. You can download it here as soon as somebody else agrees.
export-agreed-hint = For a day after the agreement, as often as you need it. Each time stands in the customer's log.
approvals-export = Export the requests of { $name }
approvals-agree-only = Agree
log-case-exported = Exported requests
