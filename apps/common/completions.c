/* Completions for three shells. Each file holds every command and option of the tables; the files
 * in a program's completions/ are what this prints. */
#include <stdio.h>
#include <string.h>

#include "common/command.h"

/* Runs `visit` for each option of a command, those of every command included. */
static void visit_options(const command *of,
                          void (*visit)(const command *, const arguments_option *))
{
    for (const arguments_option *each = of->options; each->name != NULL; each++) {
        visit(of, each);
    }
    for (const arguments_option *each = command_common_options; each->name != NULL; each++) {
        visit(of, each);
    }
}

static int takes_file(const command *of)
{
    return strstr(of->operands, "FILE") != NULL || strstr(of->operands, "DIR") != NULL;
}

/* ---- bash --------------------------------------------------------------------------------- */

static void print_bash_word(const command *of, const arguments_option *option)
{
    (void)of;
    printf(" --%s", option->name);
}

static void print_bash_value(const command *of, const arguments_option *option)
{
    if (option->kind == ARGUMENTS_FILE) {
        printf("    '%s --%s') COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n", of->name,
               option->name);
    } else if (option->kind == ARGUMENTS_FOLDER) {
        printf("    '%s --%s') COMPREPLY=($(compgen -d -- \"$current\")); return ;;\n", of->name,
               option->name);
    } else if (option->words != NULL) {
        printf("    '%s --%s') COMPREPLY=($(compgen -W '%s' -- \"$current\")); return ;;\n",
               of->name, option->name, option->words);
    } else if (option->kind != ARGUMENTS_FLAG) {
        printf("    '%s --%s') return ;;\n", of->name, option->name);
    }
}

static void print_bash(void)
{
    const char *name = program_self->name;
    printf("# bash completion for %s; made by `%s help --completions bash`.\n"
           "_%s() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    local commands='",
           name, name, name);
    for (size_t i = 0; program_self->commands[i] != NULL; i++) {
        printf("%s%s", i == 0 ? "" : " ", program_self->commands[i]->name);
    }
    fputs("'\n"
          "    COMPREPLY=()\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        COMPREPLY=($(compgen -W \"$commands\" -- \"$current\"))\n"
          "        return\n"
          "    fi\n"
          "    local command=${COMP_WORDS[1]}\n"
          "    case \"$command $previous\" in\n",
          stdout);
    for (size_t i = 0; program_self->commands[i] != NULL; i++) {
        visit_options(program_self->commands[i], print_bash_value);
    }
    fputs("    esac\n"
          "    local options='' files=''\n"
          "    case $command in\n",
          stdout);
    for (size_t i = 0; program_self->commands[i] != NULL; i++) {
        printf("    %s) options='", program_self->commands[i]->name);
        visit_options(program_self->commands[i], print_bash_word);
        printf("'%s ;;\n", takes_file(program_self->commands[i]) ? "; files=1" : "");
    }
    fputs("    esac\n"
          "    if [[ $current == -* ]]; then\n"
          "        COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
          "    elif [[ $command == help ]]; then\n"
          "        COMPREPLY=($(compgen -W \"$commands\" -- \"$current\"))\n"
          "    elif [[ $files ]]; then\n"
          "        COMPREPLY=($(compgen -f -- \"$current\"))\n"
          "    fi\n"
          "}\n",
          stdout);
    printf("complete -o filenames -F _%s %s\n", name, name);
}

/* Words that a shell reads as words: signs that mean something to it behind a backslash. */
static void print_quoted_words(const char *words)
{
    for (; *words != '\0'; words++) {
        if (strchr("<>=!", *words) != NULL) {
            fputc('\\', stdout);
        }
        fputc(*words, stdout);
    }
}

/* ---- zsh ---------------------------------------------------------------------------------- */

/* Text inside '…[…]': quotes, brackets and colons would end it. */
static void print_zsh_text(const char *string)
{
    for (; *string != '\0'; string++) {
        if (*string == '\'') {
            fputs("'\\''", stdout);
        } else {
            if (strchr("[]:\\", *string) != NULL) {
                fputc('\\', stdout);
            }
            fputc(*string, stdout);
        }
    }
}

static void print_zsh_option(const command *of, const arguments_option *option)
{
    (void)of;
    printf(" \\\n            '%s--%s%s[", option->is_repeatable ? "*" : "", option->name,
           option->kind == ARGUMENTS_FLAG ? "" : "=");
    print_zsh_text(option->help);
    fputs("]", stdout);
    if (option->kind == ARGUMENTS_FILE) {
        fputs(":file:_files", stdout);
    } else if (option->kind == ARGUMENTS_FOLDER) {
        fputs(":folder:_files -/", stdout);
    } else if (option->words != NULL) {
        printf(":%s:(", option->value);
        print_quoted_words(option->words);
        fputs(")", stdout);
    } else if (option->kind != ARGUMENTS_FLAG) {
        printf(":%s: ", option->value);
    }
    fputs("'", stdout);
}

static void print_zsh(void)
{
    const char *name = program_self->name;
    printf("#compdef %s\n"
           "# zsh completion for %s; made by `%s help --completions zsh`.\n"
           "_%s() {\n"
           "    local -a commands\n"
           "    commands=(\n",
           name, name, name, name);
    for (size_t i = 0; program_self->commands[i] != NULL; i++) {
        printf("        '%s:", program_self->commands[i]->name);
        print_zsh_text(program_self->commands[i]->summary);
        fputs("'\n", stdout);
    }
    fputs("    )\n"
          "    if ((CURRENT == 2)); then\n"
          "        _describe command commands\n"
          "        return\n"
          "    fi\n"
          "    local command=$words[2]\n"
          "    shift words\n"
          "    ((CURRENT--))\n"
          "    case $command in\n",
          stdout);
    for (size_t i = 0; program_self->commands[i] != NULL; i++) {
        printf("    %s)\n        _arguments", program_self->commands[i]->name);
        visit_options(program_self->commands[i], print_zsh_option);
        if (takes_file(program_self->commands[i])) {
            fputs(" \\\n            '*:file:_files'", stdout);
        } else if (strcmp(program_self->commands[i]->name, "help") == 0) {
            fputs(" \\\n            '1:command:(", stdout);
            for (size_t j = 0; program_self->commands[j] != NULL; j++) {
                printf("%s%s", j == 0 ? "" : " ", program_self->commands[j]->name);
            }
            fputs(")'", stdout);
        }
        fputs("\n        ;;\n", stdout);
    }
    printf("    esac\n"
           "}\n"
           "_%s \"$@\"\n",
           name);
}

/* ---- fish --------------------------------------------------------------------------------- */

static void print_fish_text(const char *string)
{
    for (; *string != '\0'; string++) {
        if (*string == '\'' || *string == '\\') {
            fputc('\\', stdout);
        }
        fputc(*string, stdout);
    }
}

static void print_fish_option(const command *of, const arguments_option *option)
{
    printf("complete -c %s -n '__fish_seen_subcommand_from %s' -l %s", program_self->name, of->name,
           option->name);
    if (option->kind == ARGUMENTS_FILE) {
        fputs(" -r -F", stdout);
    } else if (option->kind == ARGUMENTS_FOLDER) {
        fputs(" -x -a '(__fish_complete_directories)'", stdout);
    } else if (option->words != NULL) {
        fputs(" -x -a '", stdout);
        print_quoted_words(option->words);
        fputs("'", stdout);
    } else if (option->kind != ARGUMENTS_FLAG) {
        fputs(" -x", stdout);
    }
    fputs(" -d '", stdout);
    print_fish_text(option->help);
    fputs("'\n", stdout);
}

static void print_fish(void)
{
    const char *name = program_self->name;
    printf("# fish completion for %s; made by `%s help --completions fish`.\n"
           "complete -c %s -f\n",
           name, name, name);
    for (size_t i = 0; program_self->commands[i] != NULL; i++) {
        printf("complete -c %s -n __fish_use_subcommand -a %s -d '", name,
               program_self->commands[i]->name);
        print_fish_text(program_self->commands[i]->summary);
        fputs("'\n", stdout);
    }
    for (size_t i = 0; program_self->commands[i] != NULL; i++) {
        visit_options(program_self->commands[i], print_fish_option);
        if (takes_file(program_self->commands[i])) {
            printf("complete -c %s -n '__fish_seen_subcommand_from %s' -F\n", name,
                   program_self->commands[i]->name);
        }
    }
    printf("complete -c %s -n '__fish_seen_subcommand_from help' -a '", name);
    for (size_t i = 0; program_self->commands[i] != NULL; i++) {
        printf("%s%s", i == 0 ? "" : " ", program_self->commands[i]->name);
    }
    fputs("'\n", stdout);
}

void completions_print(const char *shell)
{
    if (strcmp(shell, "bash") == 0) {
        print_bash();
    } else if (strcmp(shell, "zsh") == 0) {
        print_zsh();
    } else {
        print_fish();
    }
}
