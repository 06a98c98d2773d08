"""The demo's figures: drawn from a seed in plain Python, so that a published total is met by its parts.

First who lives where (`territory`, `bases`), then who meets when (`standing`), then poor households
(`poverty`), then every figure on the side of its threshold that its commune's standing asks for
(`figures`), and last when each report was sent, returned or confirmed (`reports`). Nothing here is true of
a real commune except names, codes, populations and the published totals.
"""
