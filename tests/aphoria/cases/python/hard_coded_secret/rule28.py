# expect: nothing
"""As http://user:pass@host/ or https://joe:password@example.com"""
