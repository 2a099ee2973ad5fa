/* code.h -- code as a tree that is alike for all languages: what the evaluation walks over.
 *
 * A grammar's syntax tree is lowered (lower.h) into these few kinds; what has none of its own
 * becomes CODE_OTHER with its parts as children, so that calls in it are still found. Comments and
 * types are gone.
 *
 * Threads:  a tree is read-only once made.
 * Lifetime: nodes and texts are the arena's. */
#ifndef APHORIA_CODE_H
#define APHORIA_CODE_H

#include <stddef.h>
#include <stdint.h>

/* Children in the order given; an absent one is a CODE_NONE, so that places hold. */
typedef enum code_kind {
    CODE_NONE,
    CODE_OTHER, /* anything */
    /* expressions */
    CODE_TEXT,     /* text = what the string says, escapes undone */
    CODE_NUMBER,   /* number */
    CODE_BOOLEAN,  /* number = 0 or 1 */
    CODE_NULL,     /* null, None, nil, undefined */
    CODE_NAME,     /* text */
    CODE_MEMBER,   /* object; text = the member's name */
    CODE_INDEX,    /* object, index */
    CODE_CALL,     /* callee, then arguments; CODE_NAMED among them */
    CODE_NEW,      /* the type as callee, then arguments */
    CODE_NAMED,    /* value; text = name: a keyword argument */
    CODE_SPREAD,   /* value: *list, ...list, **map */
    CODE_BINARY,   /* left, right; text = operator */
    CODE_UNARY,    /* operand; text = operator: - ! ~ */
    CODE_CHOOSE,   /* condition, then, else: an expression */
    CODE_JOIN,     /* parts: an interpolated string; texts and expressions */
    CODE_LIST,     /* items */
    CODE_MAP,      /* CODE_PAIRs, CODE_SPREADs */
    CODE_PAIR,     /* key, value */
    CODE_CAST,     /* value; text = type */
    CODE_ASSIGN,   /* target, value; text = "=", or "+" for +=; type = declared type, or NULL */
    CODE_FUNCTION, /* body, then CODE_PARAMETERs and CODE_DECORATORs; text = name, "" for lambdas */
    CODE_PARAMETER, /* default, then CODE_DECORATORs; text = name; type = type */
    CODE_DECORATOR, /* the expression: @name or @name(…); annotations */
    /* statements */
    CODE_BLOCK,  /* statements */
    CODE_IF,     /* condition, then, else */
    CODE_LOOP,   /* target, iterated or condition, body: target and what it goes over may be none */
    CODE_SWITCH, /* value, CODE_CASEs */
    CODE_CASE,   /* body, then labels: none for the default; number = 1: falls through at its end */
    CODE_RETURN, /* value */
    CODE_LEAVE,  /* break, continue, throw, raise: nothing after it; the thrown value */
    CODE_TRY,    /* body, finally, then handlers */
    CODE_CLASS,  /* body, then supertypes and CODE_DECORATORs; text = name */
    CODE_IMPORT, /* text = what is imported, dotted; type = the name it has here; "*" = all;
                    number = dots in front of it (Python); the module as a text (JavaScript) */
} code_kind;

typedef struct code_node {
    uint8_t kind; /* code_kind */
    uint32_t begin;
    uint32_t end; /* bytes of the source */
    uint32_t line;
    uint32_t column; /* from 1; columns in bytes */
    uint32_t file;   /* as the parser was told; 0 = not told */
    const char *text;
    const char *type;
    double number;
    struct code_node *first;
    struct code_node *next;
} code_node;

/* The child at a place, or NULL. */
static inline const code_node *code_child(const code_node *self, size_t place)
{
    const code_node *child = self->first;
    while (child != NULL && place > 0) {
        child = child->next;
        place--;
    }
    return child;
}

#endif
