# expect: nothing
class Context:
    def __init__(self):
        self.check_hostname = False
