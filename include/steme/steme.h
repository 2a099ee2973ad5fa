/* steme.h -- the whole public interface. */
#ifndef STEME_STEME_H
#define STEME_STEME_H

#include <steme/clock.h>
#include <steme/error.h>
#include <steme/lens.h>
#include <steme/lifecycle.h>
#include <steme/query.h>
#include <steme/record.h>
#include <steme/store.h>
#include <steme/truth.h>
#include <steme/types.h>
#include <steme/view.h>

#endif
