# Second factors: passkeys, codes, recovery codes, and who must have one.

security-title = Signing in
security-explained = A passkey or a code from an app beside your password keeps others out, even if they learn your password.
security-open = Passkeys and codes
security-factors-link = Second factors of your organisation

security-proof-title = First, show that it is you
security-proof-explained = To change how you sign in, show once more who you are. That is good for ten minutes.
security-proof-none = You have neither a password nor a second factor here. Sign out and in again, then come back within ten minutes.
security-proof-password = Confirm with your password
security-proof-code = Confirm with a code
security-proof-passkey = Confirm with a passkey

security-passkeys = Passkeys
security-passkeys-explained = A passkey is kept by your device, your telephone or a security key. You sign in by unlocking it; there is nothing to type and nothing to give away.
security-passkeys-none = You have no passkey yet.
security-passkeys-no-name = Passkeys are not possible at this address: it is a number, and they are made for names.
security-passkey-name = What you call it
security-passkey-name-hint = For instance the device it is on: “Work laptop”.
security-passkey-add = Add a passkey
security-passkey-made = Added
security-passkey-used = last used
security-passkey-unused = not used yet
security-passkey-rename = Rename
security-passkey-rename-do = Save name
security-passkey-remove = Remove
security-passkey-sign-in = Sign in with a passkey
security-passkey-use = Use a passkey
security-passkey-waiting = Your browser asks you now.
security-passkey-failed = That did not work, or was called off. You can try again or choose another way.
security-passkey-known = There is a passkey of yours on this device already.

security-codes = Codes from an app
security-codes-explained = An app on your telephone shows six digits that change every half a minute.
security-codes-since = Set up
security-codes-none = No app is set up.
security-codes-add = Set up an app
security-codes-replace = Set up another app instead
security-codes-remove = Remove the app
security-codes-setup = Set up an app for codes
security-codes-setup-explained = Scan the picture with an authenticator app, then type the six digits it shows.
security-codes-picture = The picture an authenticator app scans
security-codes-secret = Can't scan it? Type this secret into the app:
security-codes-confirm = Confirm
security-code = Code
security-code-hint = Six digits from your app, or one of your recovery codes.
security-code-recovery-hint = One of your recovery codes, sixteen letters and digits.
security-code-app-hint = Six digits from the app you have just set up.

security-recovery = Recovery codes
security-recovery-explained = Each lets you in once when you have lost your other factor. Keep them where you find them without your telephone.
security-recovery-left = { $n ->
    [0] None is left.
    [one] One is left.
   *[other] { $n } are left.
}
security-recovery-make = Make new recovery codes
security-recovery-make-hint = Those from before will not work any more.
security-recovery-shown = Your recovery codes
security-recovery-shown-once = Keep them now; they are not shown again.
security-recovery-continue = I have kept them, go on

second-title = One step more
second-explained = Your password is right. Now show your second factor.
second-confirm = Sign in
second-over = That took too long, or was used already. Sign in once more.

factor-show-title = Show your second factor
factor-show-explained = You have a second factor, and this session was begun without it.
factor-add-title = Add a second factor
factor-add-explained = Your organisation asks for one. Choose a way; it takes a minute, and then you can go on.

factors-title = Second factors
factors-explained = Whoever has one of the roles you tick needs a passkey or a code beside the password. Those without one are led to add it at their next step, and do nothing else before; their API tokens rest until then.
factors-roles = Roles that must have a second factor
factors-save = Save
factors-saved = Saved.
factors-people = Who has one
factors-people-explained = Those without one come first.
factors-people-cut = Only the first { $n } are shown.
factors-has = Second factor
factors-has-passkey = Passkey
factors-has-codes = Codes
factors-has-both = Passkey and codes
factors-has-none = None yet
factors-required = required
