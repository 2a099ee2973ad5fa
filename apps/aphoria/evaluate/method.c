/* method.c -- methods of texts, lists and maps that every language has: see evaluator.h. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/evaluate/evaluator.h"

typedef enum method {
    METHOD_NONE,
    METHOD_SAME, /* gives its receiver, or its only argument */
    METHOD_LOWER,
    METHOD_UPPER,
    METHOD_TRIM,
    METHOD_REPLACE,
    METHOD_CONCATENATE,
    METHOD_FORMAT,
    METHOD_SLICE,
    METHOD_CHARACTER,
    METHOD_EQUALS,
    METHOD_APPEND,
    METHOD_PUT,
    METHOD_GET,
    METHOD_REMOVE,
    METHOD_JOIN,
    METHOD_INSERT,
    METHOD_EXTEND,
    METHOD_CLEAR,
    METHOD_DELETE,
    METHOD_SPLIT,
    METHOD_BEGINS,
    METHOD_ENDS,
    METHOD_CONTAINS,
    METHOD_IS_EMPTY,
    METHOD_LENGTH,
    METHOD_FIRST,
    METHOD_LAST,
    METHOD_TAKE_FIRST,
} method;

static const struct {
    const char *name;
    method method;
} methods[] = {
    {"toString", METHOD_SAME},
    {"valueOf", METHOD_SAME},
    {"encode", METHOD_SAME},
    {"decode", METHOD_SAME},
    {"getBytes", METHOD_SAME},
    {"toCharArray", METHOD_SAME},
    {"intern", METHOD_SAME},
    {"lower", METHOD_LOWER},
    {"toLowerCase", METHOD_LOWER},
    {"upper", METHOD_UPPER},
    {"toUpperCase", METHOD_UPPER},
    {"strip", METHOD_TRIM},
    {"trim", METHOD_TRIM},
    {"replace", METHOD_REPLACE},
    {"concat", METHOD_CONCATENATE},
    {"format", METHOD_FORMAT},
    {"substring", METHOD_SLICE},
    {"slice", METHOD_SLICE},
    {"charAt", METHOD_CHARACTER},
    {"equals", METHOD_EQUALS},
    {"equalsIgnoreCase", METHOD_EQUALS},
    {"append", METHOD_APPEND},
    {"add", METHOD_APPEND},
    {"push", METHOD_APPEND},
    {"addLast", METHOD_APPEND},
    {"put", METHOD_PUT},
    {"set", METHOD_PUT},
    {"setdefault", METHOD_PUT},
    {"get", METHOD_GET},
    {"getOrDefault", METHOD_GET},
    {"remove", METHOD_REMOVE},
    {"pop", METHOD_REMOVE},
    {"join", METHOD_JOIN},
    {"insert", METHOD_INSERT},
    {"extend", METHOD_EXTEND},
    {"addAll", METHOD_EXTEND},
    {"clear", METHOD_CLEAR},
    {"setLength", METHOD_CLEAR},
    {"delete", METHOD_DELETE},
    {"split", METHOD_SPLIT},
    {"startsWith", METHOD_BEGINS},
    {"startswith", METHOD_BEGINS},
    {"endsWith", METHOD_ENDS},
    {"endswith", METHOD_ENDS},
    {"contains", METHOD_CONTAINS},
    {"includes", METHOD_CONTAINS},
    {"containsKey", METHOD_CONTAINS},
    {"isEmpty", METHOD_IS_EMPTY},
    {"length", METHOD_LENGTH},
    {"size", METHOD_LENGTH},
    {"write", METHOD_APPEND},
    {"getvalue", METHOD_SAME},
    {"offer", METHOD_APPEND},
    {"getFirst", METHOD_FIRST},
    {"peek", METHOD_FIRST},
    {"getLast", METHOD_LAST},
    {"poll", METHOD_TAKE_FIRST},
    {"popleft", METHOD_TAKE_FIRST},
    {"removeFirst", METHOD_TAKE_FIRST},
    {"setProperty", METHOD_PUT},
    {"putIfAbsent", METHOD_PUT},
};

static method method_named(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (strcmp(methods[i].name, name) == 0) {
            return methods[i].method;
        }
    }
    return METHOD_NONE;
}

static const value *argument(const event *call, uint32_t place)
{
    return place < call->argument_count ? call->arguments[place].value : NULL;
}

static const value *with_case(evaluator *self, const value *text, int (*change)(int))
{
    char *copy = arena_copy(self->memory, text->text, strlen(text->text));
    for (char *each = copy; *each != '\0'; each++) {
        *each = (char)change((unsigned char)*each);
    }
    return value_text(self->memory, copy, text->node);
}

static const value *trimmed(evaluator *self, const value *text)
{
    const char *from = text->text + strspn(text->text, " \t\r\n");
    size_t size = strlen(from);
    while (size > 0 && strchr(" \t\r\n", from[size - 1]) != NULL) {
        size--;
    }
    return value_text(self->memory, arena_copy(self->memory, from, size), text->node);
}

static const value *replaced(evaluator *self, const value *text, const value *from, const value *to)
{
    size_t from_size = strlen(from->text);
    size_t to_size = strlen(to->text);
    if (from_size == 0) {
        return text;
    }
    size_t count = 0;
    const char *at = strstr(text->text, from->text);
    for (; at != NULL; at = strstr(at + from_size, from->text)) {
        count++;
    }
    size_t size_max = strlen(text->text) + count * to_size;
    if (size_max > VALUE_TEXT_MAX) {
        return NULL;
    }
    char *made = arena_allocate(self->memory, size_max + 1);
    char *out = made;
    const char *begin = text->text;
    for (at = strstr(begin, from->text); at != NULL; at = strstr(begin, from->text)) {
        memcpy(out, begin, (size_t)(at - begin));
        out += at - begin;
        memcpy(out, to->text, to_size);
        out += to_size;
        begin = at + from_size;
    }
    memcpy(out, begin, strlen(begin));
    return value_text(self->memory, made, text->node);
}

static const value *sliced(evaluator *self, const value *text, const event *call)
{
    size_t size = strlen(text->text);
    const value *from = argument(call, 0);
    const value *to = argument(call, 1);
    if (from == NULL || from->kind != VALUE_NUMBER || from->number < 0 ||
        (to != NULL && to->kind != VALUE_NUMBER)) {
        return NULL;
    }
    double end = to == NULL || to->number > (double)size ? (double)size : to->number;
    if (from->number > end) {
        return NULL;
    }
    size_t first = (size_t)from->number;
    return value_text(self->memory,
                      arena_copy(self->memory, text->text + first, (size_t)end - first),
                      text->node);
}

static int number_in(const value *of, double *out)
{
    *out = of != NULL && of->kind == VALUE_NUMBER ? of->number : 0;
    return of != NULL && of->kind == VALUE_NUMBER;
}

static const value *split(evaluator *self, const value *text, const value *by)
{
    size_t size = strlen(by->text);
    const value *list = value_make(self->memory, VALUE_LIST, text->node);
    const char *from = text->text;
    while (size > 0) {
        const char *to = strstr(from, by->text);
        size_t part = to == NULL ? strlen(from) : (size_t)(to - from);
        list = value_list_add(
            self->memory, list,
            value_text(self->memory, arena_copy(self->memory, from, part), text->node));
        if (to == NULL || list->kind != VALUE_LIST) {
            return list;
        }
        from = to + size;
    }
    return NULL;
}

/* What one constant text says of another. */
static const value *compared(evaluator *self, method called, const value *text, const value *other,
                             const code_node *node)
{
    size_t size = strlen(text->text);
    size_t other_size = strlen(other->text);
    int is_held = strstr(text->text, other->text) != NULL;
    if (called == METHOD_BEGINS) {
        is_held = strncmp(text->text, other->text, other_size) == 0;
    } else if (called == METHOD_ENDS) {
        is_held = size >= other_size && strcmp(text->text + size - other_size, other->text) == 0;
    }
    return value_boolean(self->memory, is_held, node);
}

static const value *of_text(evaluator *self, method called, const value *text, const event *call)
{
    const value *first = argument(call, 0);
    const value *second = argument(call, 1);
    switch (called) {
    case METHOD_LOWER:
        return with_case(self, text, tolower);
    case METHOD_UPPER:
        return with_case(self, text, toupper);
    case METHOD_TRIM:
        return trimmed(self, text);
    case METHOD_REPLACE:
        return first != NULL && second != NULL && first->kind == VALUE_TEXT &&
                       second->kind == VALUE_TEXT
                   ? replaced(self, text, first, second)
                   : NULL;
    case METHOD_SLICE:
        return sliced(self, text, call);
    case METHOD_CHARACTER:
        if (first != NULL && first->kind == VALUE_NUMBER && first->number >= 0 &&
            first->number < (double)strlen(text->text)) {
            return value_text(self->memory,
                              arena_copy(self->memory, text->text + (size_t)first->number, 1),
                              text->node);
        }
        return NULL;
    case METHOD_BEGINS:
    case METHOD_ENDS:
    case METHOD_CONTAINS:
        return first != NULL && first->kind == VALUE_TEXT && call->argument_count == 1
                   ? compared(self, called, text, first, call->node)
                   : NULL;
    case METHOD_SPLIT:
        return first != NULL && first->kind == VALUE_TEXT && strpbrk(first->text, "\\[|.*+") == NULL
                   ? split(self, text, first)
                   : NULL;
    case METHOD_IS_EMPTY:
        return value_boolean(self->memory, text->text[0] == '\0', call->node);
    case METHOD_LENGTH:
        return value_number(self->memory, (double)strlen(text->text), call->node);
    case METHOD_EQUALS:
        return first != NULL && value_is_constant(first)
                   ? value_boolean(self->memory, value_equals(text, first), call->node)
                   : NULL;
    default:
        return NULL;
    }
}

static const value *joined(evaluator *self, const value *between, const event *call)
{
    const value *list = argument(call, 0);
    if (list == NULL || list->kind != VALUE_LIST || list->count == 0 ||
        2 * list->count > VALUE_ITEMS_MAX) {
        return NULL;
    }
    const value *parts[VALUE_ITEMS_MAX];
    size_t count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        if (i > 0) {
            parts[count++] = between;
        }
        parts[count++] = list->items[i];
    }
    return value_concatenate(self->memory, parts, count, call->node);
}

/* What of a template is known: the part before its first place to fill. */
static const value *formatted(evaluator *self, const value *format, const event *call)
{
    const value *parts[VALUE_ITEMS_MAX];
    size_t count = 0;
    value *head = value_make(self->memory, VALUE_PREFIX, call->node);
    head->text = format->text == NULL
                     ? ""
                     : arena_copy(self->memory, format->text, strcspn(format->text, "{%"));
    parts[count++] = format;
    for (uint32_t i = 0; i < call->argument_count && count < VALUE_ITEMS_MAX; i++) {
        parts[count++] = call->arguments[i].value;
    }
    return value_with_taint(self->memory, head, parts, count);
}

static int is_text_like(const value *of)
{
    return of->kind == VALUE_TEXT || of->kind == VALUE_PREFIX;
}

static const value *without_item(evaluator *self, const value *list, uint32_t place)
{
    value *made = value_make(self->memory, VALUE_LIST, list->node);
    const value **items = arena_allocate(self->memory, list->count * sizeof *items);
    for (uint32_t i = 0; i < list->count; i++) {
        if (i != place) {
            items[made->count++] = list->items[i];
        }
    }
    made->items = items;
    return value_with_taint(self->memory, made, items, made->count);
}

static const value *with_item_at(evaluator *self, const value *list, uint32_t place,
                                 const value *item)
{
    const value *made = value_make(self->memory, VALUE_LIST, list->node);
    for (uint32_t i = 0; i <= list->count && made->kind == VALUE_LIST; i++) {
        if (i == place) {
            made = value_list_add(self->memory, made, item);
        }
        if (i < list->count && made->kind == VALUE_LIST) {
            made = value_list_add(self->memory, made, list->items[i]);
        }
    }
    return made;
}

static const value *with_all(evaluator *self, const value *list, const value *other)
{
    for (uint32_t i = 0; i < other->count && list->kind == VALUE_LIST; i++) {
        list = value_list_add(self->memory, list, other->items[i]);
    }
    return list;
}

/* Where an equal constant stands; the list's length where none does. */
static uint32_t place_of(const value *list, const value *item)
{
    uint32_t place = 0;
    while (place < list->count &&
           !(value_is_constant(item) && value_equals(list->items[place], item))) {
        place++;
    }
    return place;
}

/* Calls that put items into a list, at its end or elsewhere. */
static const value *added_to_list(evaluator *self, method called, const value *list,
                                  const event *call)
{
    const value *first = argument(call, 0);
    const value *second = argument(call, 1);
    double place = 0;
    int has_place = number_in(first, &place) && place >= 0 && place <= list->count;
    if (called == METHOD_APPEND && first != NULL && call->argument_count == 1) {
        return value_list_add(self->memory, list, first);
    }
    if ((called == METHOD_APPEND || called == METHOD_INSERT) && has_place && second != NULL) {
        return with_item_at(self, list, (uint32_t)place, second);
    }
    if (called == METHOD_PUT && has_place && second != NULL) {
        return value_list_set(self->memory, list, place, second);
    }
    if (called == METHOD_EXTEND && first != NULL && first->kind == VALUE_LIST) {
        return with_all(self, list, first);
    }
    return called == METHOD_CLEAR ? value_make(self->memory, VALUE_LIST, call->node) : NULL;
}

static const value *of_list(evaluator *self, method called, const value *list, const event *call,
                            const value **out_receiver)
{
    const value *first = argument(call, 0);
    const value *added = added_to_list(self, called, list, call);
    if (added != NULL) {
        *out_receiver = added;
        return value_unknown();
    }
    if (called == METHOD_LENGTH || called == METHOD_IS_EMPTY) {
        return called == METHOD_LENGTH ? value_number(self->memory, list->count, call->node)
                                       : value_boolean(self->memory, list->count == 0, call->node);
    }
    if (called == METHOD_CONTAINS && first != NULL) {
        const value *held = value_binary(self->memory, "in", first, list, call->node);
        return held->kind == VALUE_BOOLEAN ? held : NULL;
    }
    double place = 0;
    int has_place = first == NULL || number_in(first, &place);
    if (first == NULL && (called == METHOD_REMOVE || called == METHOD_LAST)) {
        place = (double)list->count - 1;
    } else if (called == METHOD_REMOVE && !has_place) {
        place = place_of(list, first);
        has_place = 1;
    } else if (place < 0) {
        place += list->count;
    }
    if (!has_place || place < 0 || place >= list->count) {
        return NULL;
    }
    if (called == METHOD_REMOVE || called == METHOD_TAKE_FIRST) {
        *out_receiver = without_item(self, list, (uint32_t)place);
    }
    int is_read = called == METHOD_GET || called == METHOD_REMOVE || called == METHOD_TAKE_FIRST ||
                  called == METHOD_FIRST || called == METHOD_LAST;
    return is_read ? list->items[(uint32_t)place] : NULL;
}

/* The key that arguments name: of a configuration, section and option. */
static const char *key_of(evaluator *self, const value *map, const event *call, uint32_t *out_count)
{
    const value *first = argument(call, 0);
    const value *second = argument(call, 1);
    int has_sections = map->text != NULL;
    *out_count = has_sections ? 2 : 1;
    if (first == NULL || first->kind != VALUE_TEXT ||
        (has_sections && (second == NULL || second->kind != VALUE_TEXT))) {
        return NULL;
    }
    return has_sections ? evaluate_path(self, first->text, second->text) : first->text;
}

static const value *without_key(evaluator *self, const value *map, const char *key)
{
    const value *made = value_make(self->memory, VALUE_MAP, map->node);
    for (uint32_t i = 0; i < map->count; i++) {
        if (map->keys[i] == NULL || strcmp(map->keys[i], key) != 0) {
            made = value_map_put(self->memory, made, map->keys[i], map->items[i]);
        }
    }
    return made;
}

/* What may stand under a key that is not known. */
static const value *any_of_map(evaluator *self, const value *map, const value *otherwise)
{
    const value *made = otherwise == NULL ? value_unknown() : otherwise;
    for (uint32_t i = 0; i < map->count; i++) {
        made = i == 0 && otherwise == NULL ? map->items[i]
                                           : value_join(self->memory, made, map->items[i]);
    }
    return value_with_taint(self->memory, made, &map, 1);
}

static const value *of_map(evaluator *self, method called, const value *map, const event *call,
                           const value **out_receiver)
{
    uint32_t key_count = 1;
    const char *name = key_of(self, map, call, &key_count);
    if (called == METHOD_PUT && call->argument_count == key_count + 1) {
        *out_receiver = value_map_put(self->memory, map, name, call->arguments[key_count].value);
        return value_unknown();
    }
    if (called == METHOD_CLEAR) {
        *out_receiver = value_make(self->memory, VALUE_MAP, call->node);
        return value_unknown();
    }
    if (called == METHOD_GET && name == NULL && map->text == NULL) {
        return any_of_map(self, map, argument(call, 1));
    }
    if ((called != METHOD_GET && called != METHOD_REMOVE) || name == NULL) {
        return NULL;
    }
    const value *found = value_map_get(map, name);
    if (called == METHOD_REMOVE && found != NULL) {
        *out_receiver = without_key(self, map, name);
    }
    if (found == NULL && map->text != NULL) {
        found = evaluate_setting(self, name); /* of the files that it has read */
    }
    return found != NULL ? found : argument(call, key_count);
}

static int ends_with(const char *path, const char *name)
{
    size_t path_size = strlen(path);
    size_t size = strlen(name);
    return path_size >= size && strcmp(path + path_size - size, name) == 0 &&
           (path_size == size || path[path_size - size - 1] == '.');
}

/* What a text, or one of which the beginning is known, becomes or gives. */
static const value *of_any_text(evaluator *self, method called, const value *text,
                                const event *call, const value **out_receiver)
{
    const value *first = argument(call, 0);
    const value *parts[] = {text, first};
    double from = 0;
    switch (called) {
    case METHOD_SAME:
        return text;
    case METHOD_CLEAR:
    case METHOD_DELETE:
        if (!number_in(first, &from) || from > 0 || call->argument_count > 2) {
            return NULL;
        }
        *out_receiver = value_text(self->memory, "", call->node);
        return *out_receiver;
    case METHOD_INSERT:
        parts[0] = argument(call, 1);
        parts[1] = text;
        break;
    case METHOD_APPEND:
    case METHOD_CONCATENATE:
        break;
    default:
        return NULL;
    }
    if (parts[0] == NULL || parts[1] == NULL) {
        return NULL;
    }
    const value *made = value_concatenate(self->memory, parts, 2, call->node);
    *out_receiver = called == METHOD_CONCATENATE ? NULL : made;
    return made;
}

/* String.valueOf(x), 5.toString(), String.format(…), "…".format(…) */
static const value *as_text(evaluator *self, method called, const char *name, const value *receiver,
                            const event *call)
{
    const value *first = argument(call, 0);
    int is_template = is_text_like(receiver);
    if (called == METHOD_FORMAT) {
        return is_template || (first != NULL && is_text_like(first))
                   ? formatted(self, is_template ? receiver : first, call)
                   : NULL;
    }
    if (called != METHOD_SAME) {
        return NULL;
    }
    if (value_is_constant(receiver) && call->argument_count == 0) {
        return value_concatenate(self->memory, &receiver, 1, call->node);
    }
    int is_value_of = call->argument_count == 1 && strcmp(name, "valueOf") == 0 &&
                      receiver->kind == VALUE_OBJECT && ends_with(receiver->text, "String");
    return is_value_of && is_text_like(first) ? first : NULL;
}

const value *evaluate_method(evaluator *self, const char *name, const value *receiver,
                             const event *call, const value **out_receiver)
{
    method called = method_named(name);
    if (called == METHOD_NONE) {
        return NULL;
    }
    const value *made =
        is_text_like(receiver) ? of_any_text(self, called, receiver, call, out_receiver) : NULL;
    made = made == NULL ? as_text(self, called, name, receiver, call) : made;
    if (made != NULL) {
        return made;
    }
    switch ((value_kind)receiver->kind) {
    case VALUE_TEXT:
        return called == METHOD_JOIN ? joined(self, receiver, call)
                                     : of_text(self, called, receiver, call);
    case VALUE_LIST:
        return of_list(self, called, receiver, call, out_receiver);
    case VALUE_MAP:
        return of_map(self, called, receiver, call, out_receiver);
    default:
        return NULL;
    }
}

static int is_among(const char *path, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (ends_with(path, *names)) {
            return 1;
        }
    }
    return 0;
}

/* The arguments as items. */
static const value *list_of(evaluator *self, const event *call)
{
    const value *list = value_make(self->memory, VALUE_LIST, call->node);
    for (uint32_t i = 0; i < call->argument_count && list->kind == VALUE_LIST; i++) {
        list = value_list_add(self->memory, list, call->arguments[i].value);
    }
    return list;
}

/* Keys and values by turns: Map.of("a", 1); or by name: dict(a=1). */
static const value *map_of(evaluator *self, const event *call)
{
    const value *map = value_make(self->memory, VALUE_MAP, call->node);
    for (uint32_t i = 0; i < call->argument_count && map->kind == VALUE_MAP; i++) {
        const value *item = argument(call, i);
        const char *key = call->arguments[i].name;
        if (key == NULL && i + 1 < call->argument_count && item != NULL) {
            key = item->kind == VALUE_TEXT ? item->text : NULL;
            item = argument(call, ++i);
        }
        map = item == NULL ? map : value_map_put(self->memory, map, key, item);
    }
    return map;
}

static const value *made_in_java(evaluator *self, const char *path, const event *call)
{
    static const char *const lists[] = {"Arrays.asList", "List.of", "Set.of", "Stream.of", NULL};
    static const char *const maps[] = {"Map.of", NULL};
    const value *first = argument(call, 0);
    if (is_among(path, lists)) {
        int is_copied = first != NULL && call->argument_count == 1 && first->kind == VALUE_LIST;
        return is_copied ? first : list_of(self, call);
    }
    return is_among(path, maps) ? map_of(self, call) : NULL;
}

typedef enum python_maker {
    MAKER_NONE,
    MAKER_LIST,
    MAKER_MAP,
    MAKER_SECTIONS,
    MAKER_BUFFER,
    MAKER_TEXT,
    MAKER_LENGTH,
} python_maker;

static python_maker python_maker_named(const char *path)
{
    static const struct {
        const char *path;
        python_maker maker;
    } makers[] = {
        {"list", MAKER_LIST},          {"collections.deque", MAKER_LIST},
        {"tuple", MAKER_LIST},         {"set", MAKER_LIST},
        {"dict", MAKER_MAP},           {"collections.OrderedDict", MAKER_MAP},
        {"str", MAKER_TEXT},           {"configparser.ConfigParser", MAKER_SECTIONS},
        {"io.StringIO", MAKER_BUFFER}, {"len", MAKER_LENGTH},
    };
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        if (strcmp(makers[i].path, path) == 0) {
            return makers[i].maker;
        }
    }
    return MAKER_NONE;
}

static const value *made_in_python(evaluator *self, const char *path, const event *call)
{
    const value *first = argument(call, 0);
    int is_copied = first != NULL && call->argument_count == 1 && call->arguments[0].name == NULL;
    value *made = NULL;
    switch (python_maker_named(path)) {
    case MAKER_LIST:
        return first == NULL ? list_of(self, call)
                             : (is_copied && first->kind == VALUE_LIST ? first : NULL);
    case MAKER_MAP:
        if (is_copied) {
            return first->kind == VALUE_MAP ? first : NULL;
        }
        return map_of(self, call);
    case MAKER_SECTIONS:
        made = value_make(self->memory, VALUE_MAP, call->node);
        made->text = path; /* keys are of two parts */
        return made;
    case MAKER_BUFFER:
        return first == NULL ? value_text(self->memory, "", call->node) : NULL;
    case MAKER_LENGTH:
        return is_copied && first->kind == VALUE_TEXT
                   ? value_number(self->memory, (double)strlen(first->text), call->node)
                   : NULL;
    case MAKER_TEXT:
        return is_copied && value_is_constant(first)
                   ? value_concatenate(self->memory, &first, 1, call->node)
                   : NULL;
    default:
        return NULL;
    }
}

const value *evaluate_made(evaluator *self, const char *path, const event *call)
{
    const value *read = evaluate_settings_read(self, path, call);
    if (read != NULL) {
        return read;
    }
    switch (self->options->language) {
    case LANGUAGE_JAVA:
        return made_in_java(self, path, call);
    case LANGUAGE_PYTHON:
        return made_in_python(self, path, call);
    default:
        return NULL;
    }
}

const value *evaluate_collection(evaluator *self, const char *path, const event *call)
{
    static const char *const lists[] = {"ArrayList", "LinkedList", "Vector", "ArrayDeque",
                                        "Stack",     "Array",      NULL};
    static const char *const maps[] = {"HashMap",           "LinkedHashMap", "TreeMap", "Hashtable",
                                       "ConcurrentHashMap", "Map",           NULL};
    static const char *const texts[] = {"StringBuilder", "StringBuffer", "String", NULL};
    const value *first = argument(call, 0);
    int is_empty = first == NULL || first->kind == VALUE_NUMBER;
    if (is_among(path, lists)) {
        return is_empty                    ? value_make(self->memory, VALUE_LIST, call->node)
               : first->kind == VALUE_LIST ? first
                                           : NULL;
    }
    if (is_among(path, maps)) {
        return is_empty ? value_make(self->memory, VALUE_MAP, call->node) : NULL;
    }
    if (!is_among(path, texts)) {
        return NULL;
    }
    if (is_empty) {
        return value_text(self->memory, "", call->node);
    }
    return value_concatenate(self->memory, &first, 1, call->node);
}
