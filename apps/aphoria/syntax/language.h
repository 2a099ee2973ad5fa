/* language.h -- the languages that are read as code, and their grammars. */
#ifndef APHORIA_LANGUAGE_H
#define APHORIA_LANGUAGE_H

#include <stddef.h>

typedef enum language {
    LANGUAGE_NONE, /* text: looked through for secrets only */
    /* code: parsed, lowered, evaluated */
    LANGUAGE_PYTHON,
    LANGUAGE_JAVA,
    LANGUAGE_JAVASCRIPT,
    LANGUAGE_TYPESCRIPT,
    LANGUAGE_TSX,
    LANGUAGE_GO,
    LANGUAGE_C,
    LANGUAGE_CPP,
    LANGUAGE_RUST,
    LANGUAGE_RUBY,
    LANGUAGE_PHP,
    LANGUAGE_SHELL,
    /* settings: a path of keys and a value at a place */
    LANGUAGE_PROPERTIES,
    LANGUAGE_ENV,
    LANGUAGE_INI,
    LANGUAGE_YAML,
    LANGUAGE_JSON,
    LANGUAGE_TOML,
    LANGUAGE_XML,
    LANGUAGE_DOCKERFILE,
    LANGUAGE_HCL,
    LANGUAGE_NGINX,
    LANGUAGE_MAKEFILE,
    LANGUAGE_COUNT,
} language;

/* "python", "java", …; rules and reports call it so. */
const char *language_name(language self);
/* By that name; LANGUAGE_NONE where there is none. */
language language_by_name(const char *name);
/* By the file's name, or its first line where the name says nothing ("#!/usr/bin/env python3").
 * `first` need not be terminated. */
language language_of_file(const char *path, const char *first, size_t size);

int language_is_code(language self);
/* Rules for JavaScript hold for TypeScript and TSX, those for C also for C++. */
language language_family(language self);

#endif
