# Sessions, organisations, invitations, resets, tokens and service accounts.

profile-about = About you
access-profile-sign-in = How you sign in
access-profile-organisation = For your organisation
access-profile-password = Change your password
access-profile-sessions = Where you are signed in
access-profile-tokens = API tokens
access-profile-services = Service accounts
access-profile-resets = Password resets
access-organisations = Organisations you belong to
access-organisations-explained = Your rights count only in the one you act in. You are taken there when you sign in.
access-organisation-here = You act here
access-organisation-choose = Act in { $name }

access-sessions-explained = If you do not know one of these, end it and change your password.
access-session-this = this one
access-session-seen = last used
access-session-began = signed in
access-session-from = from { $network }
access-session-browser = { $browser } on { $system }
access-session-browser-unknown = A browser
access-session-system-unknown = an unknown system
access-session-end = End
access-session-end-label = End the session of { $what }
access-sessions-end-others = End all others
access-sessions-end-all = Sign out everywhere
access-sessions-alone = You are signed in nowhere else.
access-how-password = with a password
access-how-passkey = with a passkey
access-how-provider = through your organisation
access-how-link = with a link
access-how-demo = by a click
access-how-strong = and a second factor

access-password-title = Change your password
access-password-explained = You stay signed in here; everywhere else you are signed out.
access-password-old = Password you have now
access-password-new = New password
access-password-save = Change password
access-password-none = You sign in without a password, so there is none to change.
access-password-done = Your password was changed. Everywhere else you were signed out.

access-forgotten = Forgot your password?
access-forgotten-title = Forgot your password?
access-forgotten-explained = Write the address you sign in with. Whoever administers your organisation's people is told that you need a link to choose a new one. Nobody but you chooses it.
access-forgotten-send = Ask for a new password
access-forgotten-done-title = You have asked for a new password
access-forgotten-done = If somebody signs in with this address, an administrator of their organisation now sees that they ask for a new password, and can hand them a link that is good for one hour. Tell an administrator that you are waiting for it.
access-forgotten-back = Back to signing in

access-reset-title = Choose a new password
access-reset-explained = For { $email }. You are signed out everywhere, and then sign in with the new password.
access-reset-save = Save
access-reset-done-title = Your password was changed
access-reset-done = You were signed out everywhere. Sign in with the new password now.

access-resets-title = Password resets
access-resets-explained = You make a link; the person chooses the password themselves. Make sure that whoever asks is that person before you hand it on.
access-resets-none = There is nobody here whose password you can reset.
access-resets-asked = asked
access-resets-from = from { $network }
access-resets-start = Make a link
access-resets-start-label = Make a link for { $name }
access-resets-made = A link for { $name }
access-resets-once = Hand it to them on a way you trust; it is shown only now, can be used once, and for one hour. Links made before are void.
access-resets-second = For colleagues a second person has to agree. You see here who asks.

access-invitations = Invitations not yet accepted
access-invitations-none = Everybody who was invited has come.
access-invitation-expired = expired
access-invitation-until = good until
access-invitation-again = New link
access-invitation-again-label = New link for { $name }
access-invitation-withdraw = Withdraw
access-invitation-withdraw-label = Withdraw the invitation of { $name }
access-invitation-title = Invitation
access-invitation-sent = A new link
access-invitation-withdrawn = The invitation was withdrawn. Its link cannot be used any more.
access-invitation-back = Back
access-join-title = Join { $organisation }
access-join-vendor = the support team
access-join-explained = You are invited as: { $roles }. You keep your sign-in and can change between your organisations in your profile.
access-join-accept = Join
access-join-sign-in = { $email } signs in here already. Sign in to accept the invitation.
access-join-sign-in-do = Sign in
access-join-other = This invitation is for { $email }. Sign out and sign in as that person to accept it.

access-tokens-title = API tokens
access-tokens-explained = A token does what you may do at that moment, no more, and ends when you say. Keep it secret.
access-tokens-none = You have no tokens.
access-token-lasts = How long it lasts
access-token-days = { $n ->
    [365] One year
    [730] Two years
   *[other] { $n } days
}
access-token-customer = For which customer
access-token-for = for { $customer }
access-token-until = ends
access-token-no-end = has no end
access-token-ended = ended
access-token-used = last used
access-token-unused = never used
access-token-revoke-label = Revoke { $name }

access-services-title = Service accounts
access-services-explained = A service account is a program that acts under its own name. It has roles and tokens, no password, and stays when people go. What it does is shown as done by it.
access-services-none = There is none. Make one for each program that talks to support for you.
access-service-name = Name of the program
access-service-role = What it may do
access-service-create = Create service account
access-service-deactivated = deactivated
access-service-deactivate = Deactivate
access-service-deactivate-label = Deactivate { $name } for good
access-service-token = New token
access-service-token-for = New token for { $name }
access-service-tokens-none = It has no tokens and can do nothing.
access-service-tag = Service account
access-service-roles-none = You hold no role that you could give to one.
