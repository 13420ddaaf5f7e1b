/// \file
/// The prepared statements of one session, by their SQL text; the least used one leaves
/// when the cache is full. Preparing costs a round trip on MariaDB and the parser on SQLite.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace whatsflow::data {

/// Not thread-safe: belongs to its session.
template <class Statement>
class StatementCache {
public:
    explicit StatementCache(std::size_t capacity) : capacity_(capacity) {}

    /// Null when the text was not prepared yet.
    [[nodiscard]] Statement* find(std::string_view sql) {
        const auto found = by_text_.find(sql);
        if (found == by_text_.end()) return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->statement.get();
    }

    Statement& add(std::string sql, std::unique_ptr<Statement> statement) {
        if (entries_.size() >= capacity_) {
            by_text_.erase(entries_.back().sql);
            entries_.pop_back();
        }
        entries_.push_front(Entry{std::move(sql), std::move(statement)});
        by_text_.emplace(entries_.front().sql, entries_.begin());
        return *entries_.front().statement;
    }

    void drop(std::string_view sql) {
        const auto found = by_text_.find(sql);
        if (found == by_text_.end()) return;
        const auto entry = found->second;
        by_text_.erase(found);
        entries_.erase(entry);
    }

    void clear() {
        by_text_.clear();
        entries_.clear();
    }

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

private:
    struct Entry {
        std::string sql;
        std::unique_ptr<Statement> statement;
    };

    std::size_t capacity_;
    std::list<Entry> entries_;  // most recently used first
    std::unordered_map<std::string_view, typename std::list<Entry>::iterator> by_text_;
};

}  // namespace whatsflow::data
