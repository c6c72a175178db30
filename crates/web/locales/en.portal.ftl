# Texts of the portal pages. One message per line, keys kebab-case starting with `portal-`.
