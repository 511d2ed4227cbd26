// Names and comments: words that say nothing, headers without a card, code in comments.
// Threads: free functions. Throws: std::bad_alloc.
#pragma once

#include "unit/house/source.hpp"

namespace house {

// Types, functions, files and folders named with a word that fits everything and tells nothing.
// What a library demands (an override) keeps its name.
Sentences empty_names(const std::vector<Source>& tree);
// A header opens with a card and has #pragma once.
Sentences missing_cards(const std::vector<Source>& tree);
// Comments that hold code or put work off.
Sentences stale_comments(const std::vector<Source>& tree);

}  // namespace house
