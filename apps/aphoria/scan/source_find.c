/* source_find.c -- see source_find.h. */
#include "aphoria/scan/source_find.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aphoria/syntax/language.h"
#include "common/text.h"

enum { PATH_SIZE_MAX = 1024, FOLDERS_MAX = 24 };

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static int ends_with(const char *text, const char *end)
{
    size_t size = strlen(text);
    size_t end_size = strlen(end);
    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static size_t common_size(const char *left, const char *right)
{
    size_t size = 0;
    while (left[size] != '\0' && left[size] == right[size]) {
        size++;
    }
    return size;
}

/* ---- Index -------------------------------------------------------------------------------- */

static int compare_names(const void *left, const void *right, void *context)
{
    const walk_list *files = context;
    const char *a = files->files[*(const uint32_t *)left].path;
    const char *b = files->files[*(const uint32_t *)right].path;
    int order = strcmp(name_of(a), name_of(b));
    return order != 0 ? order : strcmp(a, b);
}

void source_index_init(source_index *self, const walk_list *files)
{
    *self = (source_index){.files = files};
    self->by_name = text_allocate((files->count + 1) * sizeof *self->by_name);
    for (size_t i = 0; i < files->count && i < UINT32_MAX - 1; i++) {
        if (ends_with(files->files[i].path, ".java")) {
            self->by_name[self->by_name_count++] = (uint32_t)i;
        }
    }
    qsort_r(self->by_name, self->by_name_count, sizeof *self->by_name, compare_names,
            (void *)files);
}

void source_index_deinit(source_index *self)
{
    free(self->by_name);
}

/* Whether a folder has a file or a folder of this name, whatever its ending. */
static int has_name(const source_index *self, const char *folder, size_t folder_size,
                    const char *name, size_t size)
{
    char path[PATH_SIZE_MAX];
    if (folder_size + size + 3 > sizeof path) {
        return 0;
    }
    memcpy(path, folder, folder_size);
    size_t used = folder_size;
    if (used > 0) {
        path[used++] = '/';
    }
    memcpy(path + used, name, size);
    used += size;
    memcpy(path + used, ".", 2); /* which comes right before the '/' of a folder's files */
    size_t from = 0;
    size_t to = self->files->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (strcmp(self->files->files[middle].path, path) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    const char *found = from < self->files->count ? self->files->files[from].path : "";
    return strncmp(found, path, used) == 0 && (found[used] == '.' || found[used] == '/');
}

uint32_t source_index_number(const source_index *self, const char *path)
{
    size_t from = 0;
    size_t to = self->files->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(self->files->files[middle].path, path);
        if (order == 0) {
            return (uint32_t)middle + 1;
        }
        if (order < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return 0;
}

/* ---- Names -------------------------------------------------------------------------------- */

/* Where each name of a dotted path ends. */
typedef struct name_ends {
    size_t at[FOLDERS_MAX];
    size_t count;
} name_ends;

static name_ends ends_of(const char *names)
{
    name_ends ends = {0};
    for (size_t i = 0; names[0] != '\0' && ends.count < FOLDERS_MAX; i++) {
        if (names[i] == '.' || names[i] == '\0') {
            ends.at[ends.count++] = i;
        }
        if (names[i] == '\0') {
            break;
        }
    }
    return ends;
}

static const char *rest_behind(const char *names, size_t size)
{
    return names + size + (names[size] == '.');
}

/* folder/a/b and an ending, of the names a.b; its number. */
static uint32_t file_at(const source_index *self, const char *folder, size_t folder_size,
                        const char *names, size_t size, const char *ending)
{
    char path[PATH_SIZE_MAX];
    size_t ending_size = strlen(ending);
    if (folder_size + size + ending_size + 2 > sizeof path) {
        return 0;
    }
    memcpy(path, folder, folder_size);
    size_t used = folder_size;
    if (used > 0 && size > 0) {
        path[used++] = '/';
    }
    for (size_t i = 0; i < size; i++) {
        path[used++] = names[i] == '.' ? '/' : names[i];
    }
    memcpy(path + used, ending, ending_size + 1);
    return source_index_number(self, used == 0 && ending[0] == '/' ? path + 1 : path);
}

/* ---- Python ------------------------------------------------------------------------------- */

/* Modules that are the language's own, whatever files of these names there are. */
static int is_of_library(const char *names, size_t size)
{
    static const char words[] =
        " abc argparse array ast asyncio atexit base64 binascii bisect builtins bz2 calendar cgi "
        "cmd code codecs collections concurrent configparser contextlib contextvars copy copyreg "
        "csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email "
        "encodings enum errno fcntl filecmp fileinput fnmatch fractions ftplib functools gc getopt "
        "getpass gettext glob grp gzip hashlib heapq hmac html http imaplib imghdr importlib "
        "inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox marshal "
        "math mimetypes mmap multiprocessing numbers operator optparse os pathlib pdb pickle "
        "pickletools pkgutil platform plistlib poplib posixpath pprint profile pty pwd queue "
        "quopri random re readline reprlib resource runpy sched secrets select selectors shelve "
        "shlex shutil signal site smtplib socket socketserver sqlite3 ssl stat statistics string "
        "stringprep struct subprocess symtable sys sysconfig syslog tarfile telnetlib tempfile "
        "termios test textwrap threading time timeit tkinter token tokenize traceback tracemalloc "
        "types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser "
        "winreg wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo __future__ "
        "_thread ";
    char word[32] = " ";
    if (size > sizeof word - 3) {
        return 0;
    }
    memcpy(word + 1, names, size);
    memcpy(word + 1 + size, " ", 2);
    return strstr(words, word) != NULL;
}

static int is_of_packages(const char *folder, size_t size)
{
    static const char name[] = "-packages"; /* site-packages, dist-packages */
    size_t name_size = sizeof name - 1;
    return size >= name_size && memcmp(folder + size - name_size, name, name_size) == 0;
}

/* In one folder: the longest part of the names that is a module or a package. */
static uint32_t find_in_folder(const source_index *self, const char *folder, size_t folder_size,
                               const char *names, const char **out_rest)
{
    if (!has_name(self, folder, folder_size, names, strcspn(names, "."))) {
        return 0;
    }
    name_ends ends = ends_of(names);
    for (size_t i = ends.count; i > 0; i--) {
        size_t size = ends.at[i - 1];
        uint32_t found = file_at(self, folder, folder_size, names, size, ".py");
        found =
            found != 0 ? found : file_at(self, folder, folder_size, names, size, "/__init__.py");
        if (found != 0) {
            *out_rest = rest_behind(names, size);
            return found;
        }
    }
    return 0;
}

static size_t folder_above(const char *path, size_t size)
{
    while (size > 0 && path[size - 1] != '/') {
        size--;
    }
    return size > 0 ? size - 1 : 0;
}

/* The module that a Django project is set up by: settings.py, or one of settings/. */
static uint32_t find_django_settings(const source_index *self, const char *from)
{
    static const char *const endings[] = {"/settings.py", "/settings/production.py",
                                          "/settings/base.py", "/settings/__init__.py"};
    uint32_t found = 0;
    size_t best = 0;
    for (size_t i = 0; i < self->files->count; i++) {
        const char *path = self->files->files[i].path;
        for (size_t j = 0; j < sizeof endings / sizeof *endings; j++) {
            int is_one = ends_with(path, endings[j]) || strcmp(path, endings[j] + 1) == 0;
            size_t rank = 8 * (common_size(path, from) + 1) + 4 - j;
            if (is_one && rank > best) {
                best = rank;
                found = (uint32_t)i + 1;
            }
        }
    }
    return found;
}

static uint32_t find_python(const source_index *self, const evaluate_reference *names,
                            const char *from, const char **out_rest)
{
    size_t folder = folder_above(from, strlen(from));
    if (names->level > 0) {
        for (uint32_t i = 1; i < names->level && folder > 0; i++) {
            folder = folder_above(from, folder);
        }
        uint32_t found = find_in_folder(self, from, folder, names->names, out_rest);
        if (found == 0) {
            found = file_at(self, from, folder, "", 0, "/__init__.py");
            *out_rest = names->names;
        }
        return found;
    }
    static const char django[] = "django.conf.settings.";
    size_t first = strcspn(names->names, ".");
    if (strncmp(names->names, django, sizeof django - 1) == 0) {
        *out_rest = names->names + sizeof django - 1;
        return find_django_settings(self, from);
    }
    if (is_of_library(names->names, first)) {
        return 0;
    }
    for (;; folder = folder_above(from, folder)) {
        uint32_t found = find_in_folder(self, from, folder, names->names, out_rest);
        int is_package_root = folder == 0
                                  ? is_of_packages(self->files->root, strlen(self->files->root))
                                  : is_of_packages(from, folder);
        if (is_package_root) { /* another installed package is known by its models alone */
            const char *own = from + folder + (folder > 0);
            int is_own = strncmp(own, names->names, first) == 0 && own[first] == '/';
            return is_own ? found : 0;
        }
        if (found != 0 || folder == 0) {
            return found;
        }
    }
}

/* ---- Java --------------------------------------------------------------------------------- */

/* Whether a path's folders end with those that a package has: a.b and …/a/b/Name.java. */
static int is_in_package(const char *path, const char *package, size_t size)
{
    size_t folder = folder_above(path, strlen(path));
    if (size > folder || (size < folder && path[folder - size - 1] != '/')) {
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        char wanted = package[i] == '.' ? '/' : package[i];
        if (path[folder - size + i] != wanted) {
            return 0;
        }
    }
    return 1;
}

/* Of the files of a name in a package, the one nearest to the file that names it. */
static uint32_t find_class(const source_index *self, const char *from, const char *names,
                           size_t size)
{
    char name[256];
    size_t begin = size;
    while (begin > 0 && names[begin - 1] != '.') {
        begin--;
    }
    if (size - begin + sizeof ".java" > sizeof name) {
        return 0;
    }
    snprintf(name, sizeof name, "%.*s.java", (int)(size - begin), names + begin);
    size_t first = 0;
    size_t end = self->by_name_count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (strcmp(name_of(self->files->files[self->by_name[middle]].path), name) < 0) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    uint32_t found = 0;
    size_t nearest = 0;
    for (; first < self->by_name_count; first++) {
        const char *path = self->files->files[self->by_name[first]].path;
        if (strcmp(name_of(path), name) != 0) {
            break;
        }
        size_t near = common_size(path, from) + 1;
        int is_there = begin > 0
                           ? is_in_package(path, names, begin - 1)
                           : folder_above(path, strlen(path)) == folder_above(from, strlen(from)) &&
                                 near > folder_above(from, strlen(from));
        if (is_there && near > nearest) {
            nearest = near;
            found = self->by_name[first] + 1;
        }
    }
    return found;
}

static uint32_t find_java(const source_index *self, const evaluate_reference *names,
                          const char *from, const char **out_rest)
{
    if (strncmp(names->names, "java.", 5) == 0 || strncmp(names->names, "javax.", 6) == 0) {
        return 0;
    }
    name_ends ends = ends_of(names->names);
    size_t begin = 0;
    for (size_t i = 0; i < ends.count; i++) {
        if (isupper((unsigned char)names->names[begin])) {
            *out_rest = rest_behind(names->names, ends.at[i]);
            return find_class(self, from, names->names, ends.at[i]);
        }
        begin = ends.at[i] + 1;
    }
    return 0;
}

/* ---- JavaScript --------------------------------------------------------------------------- */

/* folder/../name, with its dots gone; 0 where it leaves the tree. */
static int join_path(char *out, const char *folder, size_t folder_size, const char *name,
                     size_t name_size)
{
    size_t used = folder_size;
    if (folder_size + name_size + 32 > PATH_SIZE_MAX) {
        return 0;
    }
    memcpy(out, folder, folder_size);
    for (size_t i = 0; i < name_size;) {
        size_t size = 0;
        while (i + size < name_size && name[i + size] != '/') {
            size++;
        }
        if (size == 2 && memcmp(name + i, "..", 2) == 0) {
            if (used == 0) {
                return 0;
            }
            used = folder_above(out, used);
        } else if (size > 0 && !(size == 1 && name[i] == '.')) {
            if (used > 0) {
                out[used++] = '/';
            }
            memcpy(out + used, name + i, size);
            used += size;
        }
        i += size + 1;
    }
    out[used] = '\0';
    return 1;
}

static uint32_t find_script(const source_index *self, const char *folder, size_t folder_size,
                            const char *module, size_t module_size)
{
    static const char *const endings[] = {"",          ".js",       ".ts",        ".tsx",
                                          ".jsx",      ".mjs",      ".cjs",       ".json",
                                          "/index.js", "/index.ts", "/index.tsx", "/index.mjs"};
    char path[PATH_SIZE_MAX];
    if (!join_path(path, folder, folder_size, module, module_size)) {
        return 0;
    }
    size_t size = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const char *ending = size == 0 && endings[i][0] == '/' ? endings[i] + 1 : endings[i];
        snprintf(path + size, sizeof path - size, "%s", ending);
        uint32_t found = source_index_number(self, path);
        if (found != 0) {
            return found;
        }
    }
    path[size] = '\0';
    if (size > 3 && strcmp(path + size - 3, ".js") == 0) { /* what TypeScript calls its output */
        memcpy(path + size - 2, "ts", 3);
        return source_index_number(self, path);
    }
    return 0;
}

static uint32_t find_javascript(const source_index *self, const evaluate_reference *names,
                                const char *from, const char **out_rest)
{
    size_t size = names->module_size;
    size_t folder = folder_above(from, strlen(from));
    *out_rest = rest_behind(names->names, size);
    if (size > 0 && names->names[0] == '.') {
        return find_script(self, from, folder, names->names, size);
    }
    if (size < 3 || (names->names[0] != '@' && names->names[0] != '~') || names->names[1] != '/') {
        return 0;
    }
    for (;; folder = folder_above(from, folder)) { /* @/name is src/name of the project */
        char source[PATH_SIZE_MAX];
        uint32_t found = 0;
        if (size < sizeof source - 8) {
            snprintf(source, sizeof source, "src/%.*s", (int)(size - 2), names->names + 2);
            found = find_script(self, from, folder, source, strlen(source));
            found = found != 0 ? found : find_script(self, from, folder, source + 4, size - 2);
        }
        if (found != 0 || folder == 0) {
            return found;
        }
    }
}

uint32_t source_index_find(const source_index *self, const evaluate_reference *names,
                           const char **out_rest)
{
    if (names->file == 0 || names->file > self->files->count) {
        return 0;
    }
    const char *from = self->files->files[names->file - 1].path;
    uint32_t found = 0;
    switch (names->language) {
    case LANGUAGE_PYTHON:
        found = find_python(self, names, from, out_rest);
        break;
    case LANGUAGE_JAVA:
        found = find_java(self, names, from, out_rest);
        break;
    case LANGUAGE_JAVASCRIPT:
    case LANGUAGE_TYPESCRIPT:
    case LANGUAGE_TSX:
        found = find_javascript(self, names, from, out_rest);
        break;
    default:
        break;
    }
    return found;
}
