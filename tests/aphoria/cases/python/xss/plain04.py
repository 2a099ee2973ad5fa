# expect: nothing
import jinja2

pages = jinja2.Environment(autoescape=jinja2.select_autoescape())
