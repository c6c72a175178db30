# Texts of the desk pages. One message per line, keys kebab-case starting with `desk-`.
