# Texts of the public pages. One message per line, keys kebab-case starting with `public-`.
