# The frame of both sides, signing in, the profile, notices, failures.

nav-queue = Queue
nav-mine = My cases
nav-new-case = New case
nav-accounts = Customers
nav-reports = Reports
nav-description = Service description
nav-team = Team
nav-home = Home
nav-requests = Requests
nav-new-request = New request
nav-telephone = Telephone

role-agent = Engineer
role-lead = Lead
role-billing-agent = Billing
role-pre-sales-agent = Pre-sales
role-manager = Manager
role-system-administrator = System administrator
role-global-admin = Global administrator
role-billing-admin = Billing administrator
role-service-support-admin = Service support administrator
role-user-management-admin = User management administrator
role-end-user = User
role-partner-admin = Partner administrator
role-partner-agent = Partner agent
role-public = Not signed in

failure-not-found = Not found
failure-not-found-advice = It may have been moved, or it belongs to somebody else. Check the number, or start from your own list.
failure-forbidden = Not for your role
failure-forbidden-advice = Ask an administrator of your organisation if you need this.
failure-ours = Something failed on our side
failure-ours-advice = Nothing was changed. Try again in a moment; if it fails again, call us.
failure-uncertain-advice = If you have sent something, it is not certain that it was saved: look whether it has arrived before you send it again.
failure-yours = This could not be done
failure-yours-advice = Go back: what you typed is still there.
failure-passing = This could not be saved just now, and nothing was changed. What you typed is still here: send it again in a moment, and choose its files again if it had any.
failure-unknown = It is not certain that this was saved. What you typed is still here: look whether it has arrived before you send it again.
failure-home = Go to the start

sign-in-title = Sign in
sign-in-email = E-mail
sign-in-password = Password
password-hint = 10 to 200 characters; a sentence is fine.
demo-title = This is a demo: be anybody
demo-explained = One click signs you in. Everything is thrown away when the demo ends.
demo-vendor = At the vendor
demo-customers = At customers
demo-partners = At partners, who act for customers

setup-title = Set up Mainstay
setup-explained = You become the first person of the support team: its lead and manager.
setup-vendor = Your organisation's name
setup-done = Set up and sign in
person-name = Name
person-time-zone = Time zone
invitation-title = Welcome, { $name }
invitation-explained = Choose a password to sign in with.
invitation-accept = Save and sign in

profile-title = Your profile
profile-customers = Customers you act for
profile-customers-explained = Everything you do is signed with your name and your organisation's.
profile-api = How to use the API
profile-token-shown-once = Copy it now; it is not shown again.
profile-token-name = What it is for
profile-token-create = Create token
profile-token-revoke = Revoke
profile-token-revoked = revoked

notifications-mark-read = Mark all as read
notifications-empty = Nothing new. What concerns you will show up here.
notice-acknowledge = We have received
notice-tell-assignee = Something was added to
notice-tell-requester = There is news on
notice-warn = Soon due:
notice-breach = Missed:
notice-due = due

kept-files = Send along the files already uploaded:
