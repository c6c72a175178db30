# Texts of the public pages. One message per line, keys kebab-case starting with `public-`.

## Service description
public-description = Service description
public-description-none = No service description is in force yet.
public-ask = Ask pre-sales
public-in-force = In force
public-not-in-force = Not in force
public-from = From { $day }
public-until = until
public-edition-of = Edition of { $day }
public-what-changed = what changed
public-my-plan = Plan
public-put-first = Put it first
public-contents = Contents
public-source = Facts taken from:
public-objectives = First response, by severity and plan
public-severity = Severity
public-also-named = { $name } in { $place }
public-channels = By which way you reach us
public-channel = Way and severity
public-included = Included
public-not-included = Not included
public-options = Options by plan
public-option = Option
public-categories = Support categories
public-product = Product
public-category = Topic
public-examples = Examples
public-boundaries = What is outside support
public-boundary = What
public-boundary-meaning = What that means
public-boundary-referral = Where to go instead
public-offer-severity = Severity
public-offer-sets = You set it yourselves
public-offer-does-not-set = We assess it
public-offer-countries = Sold in
public-offer-families = For plans of
public-everywhere = Every country
public-all-plans = Every family

## Changes
public-changes = What changed
public-changes-from = From the edition of
public-changes-to = to the edition of
public-changes-none = Nothing differs between these two editions.
public-changes-mine = Your plan
public-gains = Gains
public-losses = Losses
public-otherwise = Other changes
public-gain = gain
public-loss = loss
public-change = change

## Help
public-help = Help
public-help-explained = How to reach us, and how these pages work.
public-help-reach = Reach us
public-help-new = Send a request
public-help-new-words = three pages, and you see the promised time before you send it
public-help-call = Call us
public-help-call-words = the number of your country and its hours
public-help-sign-in = Customers send requests and see their numbers after signing in.
public-help-users = If you use the service at your organisation, turn to its administrators first: they speak to us for you.
public-help-promise = What we promise
public-help-promise-words = How soon we answer, by which way, and what is outside support stands in the service description. Each request keeps the edition it was opened under.
public-keys-explained = Every page works with the keyboard. Press ? on any page for its keys; they can be switched off there.
public-key-new = New request
