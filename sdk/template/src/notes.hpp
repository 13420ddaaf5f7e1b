/// \file
/// Notes of a tenant: the plugin's one idea. Knows the database, nothing of requests.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/event.hpp>

#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

namespace example {

namespace sdk = whatsflow::sdk;

/// A note was added.
struct NoteAdded {
    static constexpr sdk::EventType kType{"com.example.template.note_added", 1};

    std::string note_id;

    static constexpr auto fields() { return std::make_tuple(sdk::field("note_id", &NoteAdded::note_id)); }
};

struct Note {
    std::string id;
    std::string text;
};

class Notes {
public:
    Notes(sdk::Database& database, const sdk::Clock& clock, std::size_t max_length);

    /// The id of the new note. Error `example.invalid` with the field.
    sdk::Result<std::string> add(const sdk::CallContext& context, const std::string& text);
    /// The newest hundred.
    sdk::Result<std::vector<Note>> list(const sdk::CallContext& context);

private:
    sdk::Database& database_;
    const sdk::Clock& clock_;
    std::size_t max_length_;
};

}  // namespace example
