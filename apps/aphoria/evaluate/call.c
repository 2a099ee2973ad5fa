/* call.c -- calls: see evaluator.h. */
#include <ctype.h>
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

enum { ARGUMENTS_MAX = 32 };

/* ---- Calls -------------------------------------------------------------------------------- */

typedef struct call_frame {
    event told;
    event_argument *arguments;
    const value **values; /* arguments; room for the receiver and the mark behind them */
    const value *mark;    /* TAINT_ELSEWHERE of the function; NULL = not */
} call_frame;

static void read_arguments(evaluator *self, call_frame *frame, const code_node *first)
{
    size_t count = 0;
    for (const code_node *each = first; each != NULL && count < ARGUMENTS_MAX; each = each->next) {
        count++;
    }
    frame->arguments = arena_allocate(self->memory, count * sizeof *frame->arguments);
    frame->values = arena_allocate(self->memory, (count + 2) * sizeof *frame->values);
    for (; first != NULL && frame->told.argument_count < ARGUMENTS_MAX; first = first->next) {
        if (first->kind == CODE_NONE || first->kind == CODE_CLASS) {
            continue;
        }
        event_argument *argument = &frame->arguments[frame->told.argument_count];
        const code_node *given = first;
        if (first->kind == CODE_NAMED && first->first != NULL) {
            argument->name = first->text;
            given = first->first;
        }
        frame->told.has_spread |= first->kind == CODE_SPREAD;
        argument->node = given;
        argument->value = evaluate_node(self, given);
        frame->values[frame->told.argument_count++] = argument->value;
    }
    frame->told.arguments = frame->arguments;
}

/* A callback is gone through by itself; what is assigned by name is also told as such. */
static void tell_named(evaluator *self, const event *call)
{
    for (uint32_t i = 0; i < call->argument_count; i++) {
        const event_argument *each = &call->arguments[i];
        if (each->name != NULL) {
            evaluate_tell_assignment(self, evaluate_path(self, call->path, each->name), each->value,
                                     each->node);
        }
    }
}

static int has_word(const char *name, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcasestr(name, *words) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* wrapper.getTheParameter("name"), of a wrapper that was made of a request. */
static int reads_request(const call_frame *frame, const code_node *callee)
{
    static const char *const words[] = {"param", "header", "cookie", "query",
                                        "form",  "field",  "input",  NULL};
    static const char *const other[] = {"init", "set", "format", "add", NULL};
    const value *receiver = frame->told.receiver;
    return receiver != NULL && (receiver->taint & TAINT_CARRIER) != 0 &&
           callee->kind == CODE_MEMBER && frame->told.argument_count <= 2 &&
           has_word(callee->text, words) && !has_word(callee->text, other);
}

/* [^a-z0-9]: what is left where all of these are gone is harmless. */
static int keeps_harmless(const value *pattern, const value *by)
{
    static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789-_\\. ";
    if (pattern->kind != VALUE_TEXT || by->kind != VALUE_TEXT ||
        strncmp(pattern->text, "[^", 2) != 0 || strspn(by->text, harmless) != strlen(by->text)) {
        return 0;
    }
    size_t size = strspn(pattern->text + 2, harmless);
    return size > 0 && pattern->text[2 + size] == ']';
}

/* text.replace("'", …): the sinks that it is safe for then. */
static uint32_t replaced_for(const code_node *callee, const call_frame *frame)
{
    int is_by_pattern =
        (frame->told.argument_count >= 3 && strcmp(frame->told.path, "re.sub") == 0) ||
        (frame->told.argument_count == 2 && callee->kind == CODE_MEMBER &&
         strcmp(callee->text, "replaceAll") == 0);
    if (is_by_pattern && keeps_harmless(frame->values[0], frame->values[1])) {
        return SINK_ALL;
    }
    const value *from = frame->told.argument_count == 2 ? frame->values[0] : NULL;
    if (from == NULL || from->kind != VALUE_TEXT || callee->kind != CODE_MEMBER ||
        strncmp(callee->text, "replace", 7) != 0) {
        return 0;
    }
    if (strcmp(from->text, "'") == 0 || strcmp(from->text, "\"") == 0) {
        return 1u << SINK_XPATH;
    }
    return strcmp(from->text, "<") == 0 ? 1u << SINK_XSS : 0;
}

/* What an unknown function's own name says that its result is safe for. */
static uint32_t named_for(const char *path)
{
    static const char *const all[] = {"sanitiz", "sanitis", NULL};
    static const char *const escaping[] = {"escape", "encodefor", "encode_for", NULL};
    static const char *const other[] = {"unescape", NULL};
    const char *name = evaluate_last_name(path);
    if (has_word(name, all)) {
        return SINK_ALL;
    }
    return has_word(name, escaping) && !has_word(name, other)
               ? 1u << SINK_XSS | 1u << SINK_LDAP | 1u << SINK_XPATH | 1u << SINK_TEMPLATE |
                     1u << SINK_LOG
               : 0;
}

/* table.get(key): what stands in a table is not what it is asked for by. */
static int is_lookup(const call_frame *frame, const code_node *callee)
{
    const value *receiver = frame->told.receiver;
    return receiver != NULL && callee->kind == CODE_MEMBER && frame->told.argument_count == 1 &&
           strcmp(callee->text, "get") == 0 && callee->first->kind == CODE_NAME &&
           !isupper((unsigned char)callee->first->text[0]) && receiver->kind == VALUE_OBJECT &&
           (receiver->taint & TAINT_OUTSIDE) == 0 && receiver->fields == NULL;
}

/* The result of a function that is not known: what goes in may come out. */
static const value *result_of(evaluator *self, call_frame *frame, size_t value_count,
                              const code_node *node)
{
    const value *receiver = frame->told.receiver;
    const value *made = value_object(self->memory, frame->told.path, node);
    made = value_with_taint(self->memory, made, frame->values, value_count);
    const value *given = evaluate_modelled(self, frame->told.path, made, node, &frame->told);
    uint32_t safe_for = replaced_for(node->first, frame);
    safe_for |= given == made ? named_for(frame->told.path) : 0;
    if (safe_for != 0) {
        return value_made_safe(self->memory, given, safe_for);
    }
    if (given != made) {
        return given;
    }
    if (is_lookup(frame, node->first)) {
        return value_object(self->memory, frame->told.path, node);
    }
    int is_method = receiver != NULL && (receiver->taint & TAINT_OUTSIDE) != 0;
    if (reads_request(frame, node->first)) {
        value *read = arena_allocate(self->memory, sizeof *read);
        *read = *made;
        read->taint |= TAINT_OUTSIDE;
        read->safe = 0;
        read->source = node;
        return read;
    }
    if (node->kind == CODE_NEW || is_method || (made->taint & TAINT_DIRECT) == 0) {
        return made;
    }
    value *indirect = arena_allocate(self->memory, sizeof *indirect);
    *indirect = *made;
    indirect->taint &= ~(uint32_t)TAINT_DIRECT;
    return indirect;
}

/* What of a receiver that is not known is changed by a call: list.add(x), in.read(buffer). */
static void change_unknown(evaluator *self, const code_node *callee, call_frame *frame,
                           const value *receiver)
{
    static const char *const changing[] = {"append", "add",         "put",    "insert",
                                           "push",   "offer",       "extend", "update",
                                           "write",  "setProperty", NULL};
    static const char *const reading[] = {"read", "readFully", "readinto", NULL};
    const code_node *object = callee->first;
    while (object->kind == CODE_CALL && object->first->kind == CODE_MEMBER) {
        object = object->first->first; /* joiner.add(a).add(b) */
    }
    const char *dotted = evaluate_dotted(self, object);
    for (size_t i = 0; dotted != NULL && changing[i] != NULL; i++) {
        if (strncmp(callee->text, changing[i], strlen(changing[i])) == 0) {
            const value *before = object == callee->first ? receiver : evaluate_node(self, object);
            const value *changed =
                value_with_taint(self->memory, before, frame->values, frame->told.argument_count);
            if (changed != before) {
                scope_bind(self, self->scope, dotted, changed);
            }
        }
    }
    for (size_t i = 0; (receiver->taint & TAINT_OUTSIDE) != 0 && reading[i] != NULL; i++) {
        const event_argument *buffer =
            frame->told.argument_count == 0 ? NULL : &frame->told.arguments[0];
        const char *filled = buffer == NULL || strcmp(callee->text, reading[i]) != 0
                                 ? NULL
                                 : evaluate_dotted(self, buffer->node);
        if (filled != NULL) {
            scope_bind(self, self->scope, filled,
                       value_with_taint(self->memory, buffer->value, &receiver, 1));
        }
    }
}

static const value *method_of_one(evaluator *self, const code_node *callee, call_frame *frame,
                                  const value *receiver, const value **out_changed)
{
    const value *changed = NULL;
    frame->told.receiver = receiver;
    const value *given = evaluate_method(self, callee->text, receiver, &frame->told, &changed);
    const value *now = changed == NULL ? receiver : changed;
    *out_changed = *out_changed == NULL ? now : value_join(self->memory, *out_changed, now);
    return given;
}

/* What a method changes: of a text that is built by several calls, a.append(b).append(c), its name.
 */
static const code_node *changed_object(const code_node *callee, const value *receiver)
{
    const code_node *object = callee->first;
    int is_built = receiver->kind == VALUE_TEXT || receiver->kind == VALUE_PREFIX;
    while (is_built && object->kind == CODE_CALL && object->first->kind == CODE_MEMBER &&
           (strcmp(object->first->text, "append") == 0 ||
            strcmp(object->first->text, "insert") == 0)) {
        object = object->first->first;
    }
    return object;
}

/* A well-known method of a text, list or map, or of each that the receiver may be. */
static const value *call_method(evaluator *self, const code_node *callee, call_frame *frame,
                                const value *receiver)
{
    const value *changed = NULL;
    const value *given = NULL;
    int is_choice = receiver->kind == VALUE_ONE_OF;
    uint32_t count = is_choice ? receiver->count : 1;
    int is_known = 1;
    for (uint32_t i = 0; i < count; i++) {
        const value *each =
            method_of_one(self, callee, frame, is_choice ? receiver->items[i] : receiver, &changed);
        is_known = is_known && each != NULL;
        given = given == NULL || each == NULL ? each : value_join(self->memory, given, each);
    }
    frame->told.receiver = receiver;
    const char *dotted = evaluate_dotted(self, changed_object(callee, receiver));
    if (changed != receiver && dotted != NULL && (is_known || !is_choice)) {
        evaluate_rebind(self, dotted, changed);
    } else if (!is_known) {
        change_unknown(self, callee, frame, receiver);
    }
    return is_known ? given : NULL;
}

static int maps_items(const char *name)
{
    static const char *const names[] = {"map",      "flatMap", "apply",      "thenApply", "then",
                                        "mapToObj", "reduce",  "replaceAll", "transform"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* What callbacks among the arguments give of what is tainted. */
static const value *with_callbacks(evaluator *self, call_frame *frame, size_t value_count,
                                   const code_node *node, const value *made)
{
    const model_effect *effect =
        self->options->model == NULL
            ? NULL
            : self->options->model(self->options->context, frame->told.path);
    int is_clean = effect != NULL && effect->is_clean;
    int is_tainted = 0;
    for (size_t i = 0; i < value_count && !is_clean; i++) {
        is_tainted |= (frame->values[i]->taint & TAINT_OUTSIDE) != 0;
    }
    const value *given = NULL;
    for (uint32_t i = 0; is_tainted && i < frame->told.argument_count; i++) {
        if (frame->values[i]->kind == VALUE_FUNCTION) {
            given = evaluate_callback(self, frame->values[i], frame->values, value_count,
                                      frame->told.receiver, node);
        }
    }
    if (given == NULL) {
        return made;
    }
    const char *dot = strrchr(frame->told.path, '.');
    if (maps_items(dot == NULL ? frame->told.path : dot + 1)) {
        made = value_object(self->memory, frame->told.path, node);
    }
    return value_with_taint(self->memory, made, &given, 1);
}

/* Setters that make their receiver safe: factory.setFeature(…, true). */
static void harden_receiver(evaluator *self, const code_node *callee, const call_frame *frame)
{
    const model_effect *effect =
        self->options->model == NULL
            ? NULL
            : self->options->model(self->options->context, frame->told.path);
    const char *dotted = callee->kind == CODE_MEMBER ? evaluate_dotted(self, callee->first) : NULL;
    if (effect == NULL || effect->hardens == 0 || dotted == NULL) {
        return;
    }
    int has_word_in = effect->hardens_words == NULL;
    for (uint32_t i = 0; i < frame->told.argument_count; i++) {
        const value *each = frame->values[i];
        if (each->kind == VALUE_BOOLEAN && (each->number > 0) != (effect->hardens_by_false == 0)) {
            return;
        }
        int is_named = each->kind == VALUE_TEXT || each->kind == VALUE_OBJECT;
        has_word_in |= is_named && effect->hardens_words != NULL &&
                       has_word(each->text, effect->hardens_words);
    }
    if (has_word_in) {
        evaluate_rebind(self, dotted,
                        value_made_safe(self->memory, frame->told.receiver, effect->hardens));
    }
}

/* require("module"), import("module") */
static const value *module_of(evaluator *self, const event *call)
{
    int is_require = strcmp(call->path, "require") == 0 || strcmp(call->path, "import") == 0;
    if (!is_require || call->argument_count != 1 || call->arguments[0].value->kind != VALUE_TEXT) {
        return NULL;
    }
    const char *module = call->arguments[0].value->text;
    code_node *import = arena_allocate(self->memory, sizeof *import);
    *import = *call->node;
    import->kind = CODE_IMPORT;
    import->text = strncmp(module, "node:", 5) == 0 ? module + 5 : module;
    import->number = 0;
    import->next = NULL;
    import->first = arena_allocate(self->memory, sizeof *import);
    import->first->kind = CODE_TEXT;
    import->first->text = import->text;
    value *made = value_make(self->memory, VALUE_OBJECT, call->node);
    made->text = import->text;
    made->import = import;
    const value *elsewhere = evaluate_imported(self, made);
    return elsewhere != NULL ? elsewhere : evaluate_marked(self, made);
}

/* An unknown function may have told what it was given to be safe. */
static void trust_arguments(evaluator *self, const call_frame *frame)
{
    for (uint32_t i = 0; i < frame->told.argument_count; i++) {
        const value *given = frame->values[i];
        const char *dotted = (given->taint & TAINT_FRESH) == 0
                                 ? NULL
                                 : evaluate_dotted(self, frame->arguments[i].node);
        if (dotted != NULL) {
            evaluate_rebind(self, dotted, value_made_safe(self->memory, given, SINK_ALL));
        }
    }
}

/* What the classes that have a method make of it where the class that is named does not say, as
 * interfaces do: all of them, or NULL. */
static const value *call_kinds(evaluator *self, const function_entry *open, const event *call)
{
    enum { CLASSES_MAX = 4 };
    scope *kinds[CLASSES_MAX];
    const char *dot = strrchr(open->symbol, '.');
    const char *method = dot == NULL ? open->symbol : dot + 1;
    size_t count = evaluate_find_kinds(self, open->scope, kinds, CLASSES_MAX);
    const value *made = NULL;
    for (size_t i = 0; i < count; i++) {
        value kind = {.kind = VALUE_OBJECT, .text = kinds[i]->symbol, .fields = kinds[i]};
        function_entry own;
        const value *given =
            evaluate_find_method(self, &kind, method, call->argument_count, &own) &&
                    own.node->first->kind != CODE_NONE
                ? evaluate_go_into(self, &own, call)
                : NULL;
        if (given == NULL) {
            return NULL;
        }
        made = made == NULL ? given : value_join(self->memory, made, given);
    }
    return made;
}

/* What one receiver's method that is known gives, or NULL. */
static const value *call_own(evaluator *self, const code_node *callee, const call_frame *frame,
                             const value *receiver, const value *called)
{
    function_entry own;
    if (receiver != NULL && receiver->kind == VALUE_ONE_OF) {
        const value *made = NULL;
        for (uint32_t i = 0; i < receiver->count; i++) {
            const value *each = call_own(self, callee, frame, receiver->items[i], NULL);
            if (each == NULL) {
                return NULL;
            }
            made = made == NULL ? each : value_join(self->memory, made, each);
        }
        return made;
    }
    if (!evaluate_own_function(self, callee, receiver, called, frame->told.argument_count, &own)) {
        return NULL;
    }
    int is_open = own.node->first->kind == CODE_NONE && own.scope->is_class;
    return is_open ? call_kinds(self, &own, &frame->told)
                   : evaluate_go_into(self, &own, &frame->told);
}

/* A constant that says how, given to a function whose name says that this matters. */
static int is_told_how(const char *path, const value *given)
{
    enum { WORD_SIZE_MAX = 40 };
    static const char *const of_text[] = {"hash", "digest", "crypt", "cipher", "hmac",
                                          "hex",  "sign",   "sum",   NULL};
    static const char *const of_truth[] = {"verif", "ssl",  "tls",    "secur",   "cookie",
                                           "http",  "call", "client", "connect", NULL};
    return given->kind == VALUE_TEXT
               ? strlen(given->text) < WORD_SIZE_MAX && has_word(evaluate_last_name(path), of_text)
               : given->kind == VALUE_BOOLEAN && has_word(evaluate_last_name(path), of_truth);
}

/* Marking: a call that another file's function may be what matters of. */
static void mark_call(evaluator *self, call_frame *frame, const value *called)
{
    const value *receiver = frame->told.receiver;
    int is_own = receiver == NULL
                     ? called == NULL || called->kind == VALUE_OBJECT
                     : receiver->kind == VALUE_OBJECT && (strcmp(receiver->text, "self") == 0 ||
                                                          strcmp(receiver->text, "super") == 0);
    int is_elsewhere = (receiver != NULL && (receiver->taint & TAINT_ELSEWHERE) != 0) ||
                       (called != NULL && (called->taint & TAINT_ELSEWHERE) != 0) ||
                       (self->inherits_elsewhere && is_own);
    if (!is_elsewhere) {
        return;
    }
    static const value mark = {.kind = VALUE_UNKNOWN, .taint = TAINT_ELSEWHERE};
    const value *marks = &mark;
    int is_carried = receiver != NULL && (receiver->taint & TAINT_OUTSIDE) != 0;
    for (uint32_t i = 0; i < frame->told.argument_count && !is_carried; i++) {
        const value *each = frame->values[i];
        is_carried = (each->taint & TAINT_OUTSIDE) != 0 || is_told_how(frame->told.path, each);
    }
    if (is_carried && self->options->handed_over != NULL) {
        self->options->handed_over(self->options->context);
    }
    frame->mark = value_with_taint(self->memory, value_unknown(), &marks, 1);
}

static const value *finish_call(evaluator *self, const code_node *node, call_frame *frame,
                                const value *called)
{
    const code_node *callee = node->first;
    const value *receiver = frame->told.receiver;
    size_t value_count = frame->told.argument_count;
    if (receiver != NULL) {
        frame->values[value_count++] = receiver;
    }
    const value *made = module_of(self, &frame->told);
    if (made != NULL) {
        return made;
    }
    int is_class = called != NULL && called->kind == VALUE_OBJECT && called->node != NULL &&
                   called->node->kind == CODE_CLASS;
    if (node->kind == CODE_NEW || is_class) {
        made = evaluate_instance(self, node, called, &frame->told);
        made = made == NULL ? evaluate_collection(self, frame->told.path, &frame->told) : made;
    } else {
        made = call_own(self, callee, frame, receiver, called);
        if (made == NULL && receiver != NULL) {
            made = call_method(self, callee, frame, receiver);
            harden_receiver(self, callee, frame);
        }
    }
    made = made == NULL ? evaluate_made(self, frame->told.path, &frame->told) : made;
    if (made != NULL) {
        return made;
    }
    if (node->kind == CODE_CALL) {
        trust_arguments(self, frame);
    }
    if (frame->mark != NULL) {
        frame->values[value_count++] = frame->mark;
    }
    made =
        with_callbacks(self, frame, value_count, node, result_of(self, frame, value_count, node));
    const model_effect *effect =
        self->options->model == NULL
            ? NULL
            : self->options->model(self->options->context, frame->told.path);
    self->is_left |= effect != NULL && effect->is_exit;
    return made;
}

/* The function or class that module.name or map.name is, or NULL. */
static const value *member_function(evaluator *self, const call_frame *frame,
                                    const code_node *callee)
{
    const value *receiver = frame->told.receiver;
    const value *found = NULL;
    if (receiver->kind == VALUE_MAP) {
        found = value_map_get(receiver, callee->text);
    } else if (receiver->kind == VALUE_OBJECT && receiver->import != NULL) {
        value named = {.kind = VALUE_OBJECT, .text = frame->told.path, .import = receiver->import};
        found = evaluate_imported(self, &named);
    }
    int is_class = found != NULL && found->kind == VALUE_OBJECT && found->node != NULL &&
                   found->node->kind == CODE_CLASS;
    return found != NULL && (found->kind == VALUE_FUNCTION || is_class) ? found : NULL;
}

const value *evaluate_call(evaluator *self, const code_node *node)
{
    const code_node *callee = node->first;
    call_frame *frame = arena_allocate(self->memory, sizeof *frame);
    const value *called = NULL;
    if (callee->kind == CODE_MEMBER) {
        frame->told.receiver = evaluate_marked(self, evaluate_node(self, callee->first));
        frame->told.path =
            evaluate_path(self, evaluate_value_path(frame->told.receiver), callee->text);
        const char *dotted = evaluate_dotted(self, callee);
        called = dotted == NULL ? NULL : scope_find(self->scope, dotted);
        if (called != NULL && called->kind == VALUE_OBJECT) {
            frame->told.path = called->text;
        }
        called = called == NULL ? member_function(self, frame, callee) : called;
    } else {
        called = evaluate_node(self, callee);
        frame->told.path = called->kind != VALUE_FUNCTION ? evaluate_value_path(called)
                           : called->text != NULL         ? called->text
                           : callee->kind == CODE_NAME    ? callee->text
                                                          : "";
    }
    frame->told.kind = EVENT_CALL;
    frame->told.node = node;
    read_arguments(self, frame, callee->next);
    if (node->kind == CODE_NEW) {
        frame->told.path = evaluate_path(self, frame->told.path, "new");
    }
    if (self->options->is_marking) {
        mark_call(self, frame, called);
    }
    evaluate_tell(self, &frame->told);
    tell_named(self, &frame->told);
    if (node->kind == CODE_NEW) {
        size_t size = strlen(frame->told.path);
        frame->told.path = size <= 4 ? "?" : arena_copy(self->memory, frame->told.path, size - 4);
    }
    return finish_call(self, node, frame, called);
}
