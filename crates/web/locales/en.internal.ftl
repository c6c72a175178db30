# Internal requests: what people ask the administrators of their own organisation.
nav-ask = Ask a question
nav-asked = Your questions
nav-inbox = From your people

internal-vendor = Support
internal-from-requester = Asked
internal-from-administrator = Administrator

## Asking
internal-ask = Ask your administrators
internal-ask-them = Ask them
internal-ask-them-carries = What you typed goes along; nothing of it is lost.
internal-ask-title = Ask your administrators
internal-ask-about = The administrators of { $account } help you first, and bring to support what they cannot solve.
internal-category-question = What is it about?
internal-category-missing = Choose what it is about
internal-readers = Read by { $names }.
internal-nobody-reads = Your organisation has no administrator yet. Ask the person who set your account up.
internal-draft-kept = You began to ask something.
internal-help-yourself = This may help at once:
internal-checks = What to look at first
internal-checks-hint = Tick what you have looked at; your administrators need not ask you then.
internal-ask-body = What happens, and since when?
internal-tried = What else did you try?
internal-tried-hint = And what came of it.
internal-send = Send to your administrators

## Lists
internal-asked-about = What you asked the administrators of your organisation.
internal-inbox-about = What people of your organisation ask you. Support sees none of it unless you bring it there.
internal-tab-open = Open
internal-tab-closed = Closed
internal-more-open = The first { $n } are shown.
internal-asked-nothing = Nothing open. When something does not work, ask your administrators.
internal-inbox-nothing = Nobody waits for you. When somebody of your organisation asks something, it stands here.
internal-closed-nothing = Nothing was closed yet.
internal-column-request = Request
internal-column-taken = Taken on by
internal-column-turn = Whose turn
internal-home-waiting = Your people wait for you

## Whose turn it is
internal-turn-administrators = With your administrators
internal-turn-ours = Your turn
internal-turn-yours = Your answer needed
internal-turn-requester = With whoever asked
internal-turn-vendor = With support
internal-turn-closed = Closed
internal-next = What happens next
internal-next-administrators = Your administrators were told. One of them takes it on and answers here.
internal-next-taken = { $who } has taken it on and answers here.
internal-next-ours = Answer, solve it, or bring it to support.
internal-next-yours = Your administrator has answered. If something is missing or it does not help, reply here; if it does, you need it no more.
internal-next-requester = { $who } was told of your answer.
internal-next-vendor = Your administrator brought it to support. It closes here when it is solved there.
internal-next-vendor-ours = Support works on it as a service request. It closes here together with that.
internal-next-closed = It is closed. If it is not over, reopen it.

## The page
internal-facts = About this request
internal-requester = Asked by
internal-asked-at = Asked
internal-category = About
internal-taken-by = Taken on by
internal-taken-by-nobody = Nobody yet
internal-case = Service request
internal-checklist = What to look at first
internal-to-administrators = your administrators
internal-take-on = Take on
internal-withdraw = I need it no more
internal-withdraw-reason = Why? It may help others.
internal-close = Close without a solution
internal-close-reason = Why?
internal-solve = Solve it
internal-helped = What helped?
internal-helped-other = Something else; I say it below
internal-solution = What was it, and what solves it?
internal-solution-hint = Whoever asked reads this.
internal-reopen = Reopen
internal-reopen-reason = What is still wrong?
internal-entry-solution = Solution
internal-entry-closed = Closed
internal-entry-withdrawn = Not needed any more
internal-entry-reopened = Reopened
internal-entry-checked = Looked at:
internal-entry-tried = Also tried:
internal-entry-helped = What helped:
internal-added-later = Added later:
internal-event-taken = { $who } has taken it on
internal-event-escalated = { $who } brought it to support as request { $number }.
internal-event-informed-every-reply = Whoever asked is told of every reply.
internal-event-informed-solution = Whoever asked is told of the solution.
internal-event-informed-nothing = Whoever asked is not told of the replies.
internal-event-informed-you-every-reply = You read every reply here.
internal-event-informed-you-solution = You read the solution here, once there is one.
internal-event-informed-you-nothing = Your administrator tells you what comes of it.
internal-event-closed = { $who } closed it
internal-event-withdrawn = { $who } needs it no more
internal-event-case-closed = The service request was closed, and this with it
internal-event-case-reopened = The service request was reopened, and this with it

## Bringing it to support
internal-escalate = Bring to support
internal-escalate-about = It becomes a service request of yours, with everything you leave in it. Support sees nothing else of what was said here.
internal-escalate-body-hint = What whoever asked has said and tried. Leave out what support should not read.
internal-escalate-impact = For technical help:
internal-escalate-send = Send to support
internal-carry = Files that go along
internal-carry-hint = Untick what support should not have.
internal-informed = Whoever asked is told
internal-informed-you = You are told
internal-informed-question = How far is whoever asked told?
internal-informed-every-reply = Of every reply
internal-informed-every-reply-hint = They read each public reply of support here, and the solution.
internal-informed-solution = Of the solution
internal-informed-solution-hint = They read the solution here, and nothing before it.
internal-informed-nothing = Not
internal-informed-nothing-hint = They see that support works on it, and when it is over. You tell them the rest.
internal-inform = Change how far whoever asked is told
internal-inform-save = Save

## What was just done
internal-done-asked = Your administrators have it.
internal-done-reply = Your reply was sent.
internal-done-taking = You have taken it on.
internal-done-solution = It is solved; whoever asked was told.
internal-done-informed = Saved. It holds for what comes from now on.
internal-done-closure = It is closed; whoever asked was told.
internal-done-withdrawal = Thank you; your administrators were told.
internal-done-reopening = It is open again.
internal-done-escalation = Support has it. You follow it among your requests, and whoever asked was told.

## Notices
internal-news-asked = One of your people asks:
internal-news-replied = There is a reply on
internal-news-solved = Solved:
internal-news-escalated = Brought to support:
internal-news-vendor-replied = Support has replied on
internal-news-closed = Closed:
internal-news-withdrawn = Not needed any more:
internal-news-reopened = Open again:
