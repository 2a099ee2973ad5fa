/* corpus_pack.h -- `aphoria corpus export` and `import`: trust packs out of and into a project or a
 * set. */
#ifndef APHORIA_CORPUS_PACK_H
#define APHORIA_CORPUS_PACK_H

#include "aphoria/authority/corpus.h"
#include "common/arguments.h"

/* Each gives the command's exit code. */
int corpus_export(const arguments *given, const corpus *said, const char *path);
int corpus_import(const arguments *given, const char *path);

#endif
