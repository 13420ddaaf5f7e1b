/// \file
/// Finding users and tenants by the beginning of a word, among millions.
///
/// Each word of a name, an address (whole, and its parts) and the digits of a number are rows
/// of one table, so that a search reads a stretch of an index and nothing else.
#pragma once

#include <whatsflow/sdk/database.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::accounts {

/// `Anna Silva`, `anna@flowers.lk` → anna, silva, anna@flowers.lk, flowers.lk
std::vector<std::string> words_of(const std::vector<std::string>& texts);
/// The words somebody typed into a search box, longest first; at most four.
std::vector<std::string> searched_words(std::string_view typed);

/// Replaces the words of one subject. `kind` is `user` or `tenant`.
sdk::Result<void> store_words(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& kind,
                              const std::string& id, const std::vector<std::string>& texts);

struct WordHit {
    std::string id;
    std::string cursor;  ///< to go on after this one
};

/// Part of what a search finds.
struct WordPage {
    std::vector<WordHit> hits;
    std::string next;  ///< where to go on when fewer than asked for were found before the look ended
};

/// Subjects that have every word, as beginnings, by the rarest of the words; after `cursor`, at
/// most `limit`. Looks at a few thousand index entries and no more, however common the words.
sdk::Result<WordPage> find_by_words(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& kind,
                                    std::vector<std::string> words, const std::string& cursor, int limit);

}  // namespace whatsflow::accounts
