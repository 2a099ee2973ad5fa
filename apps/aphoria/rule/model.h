/* model.h -- what libraries do with values, as data: where values from outside come in, what makes
 * them safe, what a function gives.
 *
 *   languages: [python]
 *   sources: ["flask.request.{args,form}.*", input]   # calls, members, parameters' types
 *   local:                            # sources that the user of the program itself fills
 *     - for: [command]                # the sinks that they are unsafe for
 *       paths: [sys.argv]
 *   clean: [len, int]                 # gives nothing of what went in
 *   passes: [urllib.parse.unquote]    # gives what went in, in another form
 *   normal: [os.path.realpath]        # gives a path without .. in it
 *   exits: [sys.exit]                 # nothing follows
 *   carriers: [flask.request]         # what it is handed to can give what is from outside
 *   safe:
 *     - for: [xss]                    # sinks; all = every one
 *       paths: [html.escape]
 *   fresh:                            # unsafe for these sinks until a call hardens it
 *     - for: [xml]
 *       paths: [javax.xml.parsers.DocumentBuilderFactory.newInstance]
 *   hardens:                          # its receiver, where an argument has one of the words
 *     - for: [xml]
 *       paths: ["*.setFeature"]
 *       words: [disallow-doctype-decl]
 *       by: true                      # and none is the other truth value
 *   returns:
 *     - paths: [sqlite3.connect]
 *       is: sqlite3.Connection
 *   settings:
 *     - paths: [os.getenv]
 *       argument: 0                   # the argument that names the setting
 *
 * A path is first looked up whole, then by the patterns of path_pattern.h. A parameter with an
 * annotation, or of a function with a decorator, is looked up as Name.@parameter.
 *
 * Threads:  read-only once made. */
#ifndef APHORIA_MODEL_H
#define APHORIA_MODEL_H

#include "aphoria/evaluate/evaluate.h"

typedef struct model_set model_set;

model_set *model_set_create(void);
/* Accepts NULL. */
void model_set_destroy(model_set *self);
/* 0 after reports of every fault, with the line. */
int model_set_add(model_set *self, const char *path, const char *text, size_t size);

/* Every pattern with its effect, in no order. */
typedef void (*model_visit)(void *context, uint32_t languages, const char *pattern,
                            const model_effect *effect);
void model_set_visit(const model_set *self, model_visit visit, void *context);

/* NULL = nothing is known of the path. */
const model_effect *model_set_find(const model_set *self, language of, const char *path);

#endif
