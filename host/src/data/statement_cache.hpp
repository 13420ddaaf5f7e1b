/// \file
/// The prepared statements of one session, by their SQL text; the ones that were not used for longest leave
/// when the cache is full: of so many statements, or of so many bytes. Preparing costs a round trip on MariaDB and
/// the parser on SQLite; an insert of many rows takes a hundred kilobytes there.
#pragma once

#include <cstdint>
#include <iterator>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace whatsflow::data {

/// Of one session.
inline constexpr std::size_t kMostStatementBytes = std::size_t{2} * 1024 * 1024;

/// Not thread-safe: belongs to its session.
template <class Statement>
class StatementCache {
public:
    explicit StatementCache(std::size_t capacity, std::size_t most_bytes = SIZE_MAX)
        : capacity_(capacity), most_bytes_(most_bytes) {}

    /// Null when the text was not prepared yet.
    [[nodiscard]] Statement* find(std::string_view sql) {
        const auto found = by_text_.find(sql);
        if (found == by_text_.end()) return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->statement.get();
    }

    /// `bytes` is what the statement takes.
    Statement& add(std::string sql, std::unique_ptr<Statement> statement, std::size_t bytes = 0) {
        while (!entries_.empty() && (entries_.size() >= capacity_ || bytes_ + bytes > most_bytes_))
            forget(std::prev(entries_.end()));
        bytes_ += bytes;
        entries_.push_front(Entry{std::move(sql), std::move(statement), bytes});
        by_text_.emplace(entries_.front().sql, entries_.begin());
        return *entries_.front().statement;
    }

    void drop(std::string_view sql) {
        const auto found = by_text_.find(sql);
        if (found == by_text_.end()) return;
        forget(found->second);
    }

    void clear() {
        by_text_.clear();
        entries_.clear();
        bytes_ = 0;
    }

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

private:
    struct Entry {
        std::string sql;
        std::unique_ptr<Statement> statement;
        std::size_t bytes;
    };

    void forget(typename std::list<Entry>::iterator entry) {
        by_text_.erase(entry->sql);
        bytes_ -= entry->bytes;
        entries_.erase(entry);
    }

    std::size_t capacity_, most_bytes_;
    std::size_t bytes_ = 0;
    std::list<Entry> entries_;  // most recently used first
    std::unordered_map<std::string_view, typename std::list<Entry>::iterator> by_text_;
};

}  // namespace whatsflow::data
