#include "notes.hpp"

namespace example {

Notes::Notes(sdk::Database& database, const sdk::Clock& clock, std::size_t max_length)
    : database_(database), clock_(clock), max_length_(max_length) {}

sdk::Result<std::string> Notes::add(const sdk::CallContext& context, const std::string& text) {
    if (text.empty() || text.size() > max_length_)
        return sdk::Error{"example.invalid",
                          "The note was not saved.",
                          {{"text", text.empty() ? "required" : "too_long",
                            "Write between 1 and " + std::to_string(max_length_) + " characters."}}};
    const auto id = sdk::make_uuid();
    const auto done = database_.execute(
        context, "INSERT INTO com_example_template_notes (id, tenant_id, text, created_at) VALUES (?, ?, ?, ?)",
        {id, context.tenant.text(), text, clock_.now()});
    if (!done) return done.error();
    return id;
}

sdk::Result<std::vector<Note>> Notes::list(const sdk::CallContext& context) {
    const auto rows = database_.query(
        context, "SELECT id, text FROM com_example_template_notes WHERE tenant_id = ? ORDER BY id DESC LIMIT 100",
        {context.tenant.text()});
    if (!rows) return rows.error();
    std::vector<Note> notes;
    for (const auto& row : *rows) notes.push_back({row.text("id"), row.text("text")});
    return notes;
}

}  // namespace example
