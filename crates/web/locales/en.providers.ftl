# Signing in with an organisation's own provider: on the way, in the profile, set up.

provider-use = Use my organisation's sign-in
provider-no-address = Write your address, so that we know your organisation
provider-none = No organisation has its own sign-in here for addresses like this one; sign in with your password
provider-team = For the team at { $vendor }
provider-continue = Continue with { $name }
provider-on-the-way = You go to { $name } to sign in, and come back here afterwards. If nothing happens, go on yourself.

provider-refused = This sign-in did not work
provider-refused-explained = Nothing was changed. What went wrong is often gone at the next attempt.
provider-refused-again = Start again from the sign-in page, in the same browser and within ten minutes.
provider-refused-link = If you sign in this way for the first time: sign in as you did before, and link it in your profile, or use the link of your invitation.
provider-refused-ask = If it fails again, ask an administrator of your organisation.
provider-refused-why = The provider could not be used: { $why }.
provider-refused-home = To the sign-in page

provider-accept = Or accept without a password of its own here:

identities-title = Signing in with your organisation
identities-explained = Link who you are at your organisation's sign-in, and you need no other password here.
identities-linked = Linked
identities-linked-since = linked
identities-last-used = last used
identities-remove = Remove
identities-none = Nothing is linked yet.
identities-no-provider = Your organisation has no sign-in of its own here.
identities-link = Link my { $name } identity
identities-set-up = Set up your organisation's sign-in
identities-set-up-team = Set up the team's sign-in

connection-title = Sign-in of your organisation
connection-title-team = Sign-in of the team
connection-explained = Your people sign in where they always do, by OpenID Connect. Each links their identity once, in their profile or with their invitation.
connection-provider = Provider
connection-add = Add a provider
connection-change = Change
connection-name = Name
connection-name-hint = What your people know it by, like Contoso.
connection-issuer = Issuer
connection-issuer-hint = Its address, exactly as its discovery document gives it.
connection-client-id = Client id
connection-client-secret = Client secret
connection-client-secret-hint = It is not shown again.
connection-client-secret-kept = Leave it empty to keep the one there is.
connection-trusts = Believe it when it says that somebody has shown two factors
connection-only = People of this organisation sign in with it alone
connection-only-hint = Whoever may change this page can always sign in with a password or passkey too, so that nobody is locked out.
connection-save = Save
connection-way-back = Redirect address
connection-way-back-hint = Give this address to the provider as the one people come back to.
connection-secret = Secret
connection-secret-is-kept = kept
connection-state = State
connection-in-use = In use
connection-not-tried = Not tried yet
connection-ready = Tried, not in use
connection-tried-at = tried
connection-try = Try it yourself
connection-try-hint = You sign in there now and come back here; it links your own identity as well.
connection-enable = Put it to use
connection-disable = Put it out of use
connection-remove = Remove
connection-remove-explained = Nobody can sign in with it any more, and what was linked to it is forgotten. People sign in with their password or passkey then.

connection-domains = Mail domains
connection-domains-explained = Somebody who writes an address of your domain on the sign-in page is led to your provider. First show that the domain is yours.
connection-domains-none = No domain yet. Add what stands after the @ in your addresses.
connection-domain = Domain
connection-domain-add = Add domain
connection-domain-verified = Verified
connection-domain-open = Not verified yet
connection-domain-how = Put a text file at the first address, with the second as its content; then check it.
connection-domain-check = Check it now
connection-domain-remove = Remove
