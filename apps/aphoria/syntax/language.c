/* language.c -- see language.h. */
#include "aphoria/syntax/language.h"

#include <string.h>
#include <strings.h>

static const char *const names[LANGUAGE_COUNT] = {
    [LANGUAGE_NONE] = "text",
    [LANGUAGE_PYTHON] = "python",
    [LANGUAGE_JAVA] = "java",
    [LANGUAGE_JAVASCRIPT] = "javascript",
    [LANGUAGE_TYPESCRIPT] = "typescript",
    [LANGUAGE_TSX] = "tsx",
    [LANGUAGE_GO] = "go",
    [LANGUAGE_C] = "c",
    [LANGUAGE_CPP] = "cpp",
    [LANGUAGE_RUST] = "rust",
    [LANGUAGE_RUBY] = "ruby",
    [LANGUAGE_PHP] = "php",
    [LANGUAGE_SHELL] = "shell",
    [LANGUAGE_PROPERTIES] = "properties",
    [LANGUAGE_ENV] = "env",
    [LANGUAGE_INI] = "ini",
    [LANGUAGE_YAML] = "yaml",
    [LANGUAGE_JSON] = "json",
    [LANGUAGE_TOML] = "toml",
    [LANGUAGE_XML] = "xml",
    [LANGUAGE_DOCKERFILE] = "dockerfile",
    [LANGUAGE_HCL] = "hcl",
    [LANGUAGE_NGINX] = "nginx",
    [LANGUAGE_MAKEFILE] = "makefile",
};

typedef struct name_rule {
    const char *text;
    language language;
} name_rule;

static const name_rule endings[] = {
    {".py", LANGUAGE_PYTHON},
    {".pyi", LANGUAGE_PYTHON},
    {".pyw", LANGUAGE_PYTHON},
    {".java", LANGUAGE_JAVA},
    {".js", LANGUAGE_JAVASCRIPT},
    {".cjs", LANGUAGE_JAVASCRIPT},
    {".mjs", LANGUAGE_JAVASCRIPT},
    {".jsx", LANGUAGE_JAVASCRIPT},
    {".ts", LANGUAGE_TYPESCRIPT},
    {".cts", LANGUAGE_TYPESCRIPT},
    {".mts", LANGUAGE_TYPESCRIPT},
    {".tsx", LANGUAGE_TSX},
    {".go", LANGUAGE_GO},
    {".c", LANGUAGE_C},
    {".h", LANGUAGE_C},
    {".cc", LANGUAGE_CPP},
    {".cpp", LANGUAGE_CPP},
    {".cxx", LANGUAGE_CPP},
    {".hh", LANGUAGE_CPP},
    {".hpp", LANGUAGE_CPP},
    {".hxx", LANGUAGE_CPP},
    {".rs", LANGUAGE_RUST},
    {".rb", LANGUAGE_RUBY},
    {".rake", LANGUAGE_RUBY},
    {".php", LANGUAGE_PHP},
    {".sh", LANGUAGE_SHELL},
    {".bash", LANGUAGE_SHELL},
    {".properties", LANGUAGE_PROPERTIES},
    {".env", LANGUAGE_ENV},
    {".ini", LANGUAGE_INI},
    {".cfg", LANGUAGE_INI},
    {".conf", LANGUAGE_INI},
    {".cnf", LANGUAGE_INI},
    {".yaml", LANGUAGE_YAML},
    {".yml", LANGUAGE_YAML},
    {".json", LANGUAGE_JSON},
    {".toml", LANGUAGE_TOML},
    {".xml", LANGUAGE_XML},
    {".config", LANGUAGE_XML},
    {".tf", LANGUAGE_HCL},
    {".tfvars", LANGUAGE_HCL},
    {".hcl", LANGUAGE_HCL},
    {".dockerfile", LANGUAGE_DOCKERFILE},
    {".mk", LANGUAGE_MAKEFILE},
};

/* Whole names, or beginnings where they end in '*'. */
static const name_rule whole_names[] = {
    {"Dockerfile*", LANGUAGE_DOCKERFILE},
    {"Containerfile*", LANGUAGE_DOCKERFILE},
    {"Makefile", LANGUAGE_MAKEFILE},
    {"GNUmakefile", LANGUAGE_MAKEFILE},
    {"makefile", LANGUAGE_MAKEFILE},
    {".env*", LANGUAGE_ENV},
    {"nginx*.conf", LANGUAGE_NGINX},
    {"Rakefile", LANGUAGE_RUBY},
    {"Gemfile", LANGUAGE_RUBY},
    {".npmrc", LANGUAGE_PROPERTIES},
    {".pypirc", LANGUAGE_INI},
};

static const name_rule interpreters[] = {
    {"python", LANGUAGE_PYTHON}, {"node", LANGUAGE_JAVASCRIPT}, {"bash", LANGUAGE_SHELL},
    {"ruby", LANGUAGE_RUBY},     {"php", LANGUAGE_PHP},         {"dash", LANGUAGE_SHELL},
    {"/sh", LANGUAGE_SHELL},     {" sh", LANGUAGE_SHELL},
};

const char *language_name(language self)
{
    return names[self];
}

language language_by_name(const char *name)
{
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            return (language)i;
        }
    }
    return LANGUAGE_NONE;
}

static int is_name_like(const char *name, const char *pattern)
{
    const char *star = strchr(pattern, '*');
    if (star == NULL) {
        return strcmp(name, pattern) == 0;
    }
    size_t head = (size_t)(star - pattern);
    size_t tail = strlen(star + 1);
    size_t size = strlen(name);
    return size >= head + tail && strncmp(name, pattern, head) == 0 &&
           strcmp(name + size - tail, star + 1) == 0;
}

static language language_of_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    for (size_t i = 0; i < sizeof whole_names / sizeof whole_names[0]; i++) {
        if (is_name_like(name, whole_names[i].text)) {
            return whole_names[i].language;
        }
    }
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot != NULL && i < sizeof endings / sizeof endings[0]; i++) {
        if (strcasecmp(dot, endings[i].text) == 0) {
            return strstr(path, "nginx/") != NULL && strcmp(dot, ".conf") == 0
                       ? LANGUAGE_NGINX
                       : endings[i].language;
        }
    }
    return LANGUAGE_NONE;
}

static language language_of_interpreter(const char *first, size_t size)
{
    const char *end = size < 2 || memcmp(first, "#!", 2) != 0 ? NULL : memchr(first, '\n', size);
    if (end == NULL) {
        return LANGUAGE_NONE;
    }
    for (size_t i = 0; i < sizeof interpreters / sizeof interpreters[0]; i++) {
        const char *text = interpreters[i].text;
        if (memmem(first, (size_t)(end - first), text, strlen(text)) != NULL) {
            return interpreters[i].language;
        }
    }
    return LANGUAGE_NONE;
}

language language_of_file(const char *path, const char *first, size_t size)
{
    language found = language_of_name(path);
    return found != LANGUAGE_NONE ? found : language_of_interpreter(first, size);
}

int language_is_code(language self)
{
    return self >= LANGUAGE_PYTHON && self <= LANGUAGE_SHELL;
}

language language_family(language self)
{
    switch (self) {
    case LANGUAGE_TYPESCRIPT:
    case LANGUAGE_TSX:
        return LANGUAGE_JAVASCRIPT;
    case LANGUAGE_CPP:
        return LANGUAGE_C;
    default:
        return self;
    }
}
