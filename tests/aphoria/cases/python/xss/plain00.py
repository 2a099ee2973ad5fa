# expect: template/autoescape/enabled = false
import jinja2

pages = jinja2.Environment(loader=jinja2.FileSystemLoader("pages"), autoescape=False)
