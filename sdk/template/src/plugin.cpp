// Wiring only: settings in, routes out. What can be tested without a host is in notes.cpp.
#include "notes.hpp"

#include <whatsflow/sdk/plugin.hpp>
#include <whatsflow/sdk/plugin_entry.hpp>

#include <optional>

namespace example {

class ExamplePlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override {
        host_ = &host;
        notes_.emplace(host.database(), host.clock(), static_cast<std::size_t>(config.integer("max_length")));
        const auto permission = sdk::Permission::named("example.notes");
        auto done = host.route(sdk::get(sdk::Site::app, "/example", permission,
                                        [this](const sdk::Request& request) { return show(request); }));
        if (!done) return done;
        done = host.route(sdk::post(sdk::Site::app, "/example", permission,
                                    [this](const sdk::Request& request) { return add(request); }));
        if (!done) return done;
        return host.contribute(sdk::NavigationEntry{sdk::Site::app, "main", "com.example.template.title",
                                                    "notebook-pen", "/example", "example.notes"});
    }

    // The host withdraws what start() registered.
    void stop() noexcept override { notes_.reset(); }

private:
    sdk::Response show(const sdk::Request& request) {
        const auto notes = notes_->list(request.context);
        if (!notes) return sdk::problem(503, notes.error());
        auto list = nlohmann::json::array();
        for (const auto& note : *notes) list.push_back({{"id", note.id}, {"text", note.text}});
        return sdk::page("com.example.template/notes", {{"notes", list}, {"csrf_token", request.csrf_token}});
    }

    sdk::Response add(const sdk::Request& request) {
        const auto form = request.form();
        if (!form) return sdk::problem(400, form.error());
        const auto id = notes_->add(request.context, form->get("text"));
        if (!id) return sdk::problem(id.error().fields.empty() ? 503 : 422, id.error());
        (void)sdk::publish(host_->events(), NoteAdded{*id}, request.context.tenant);
        return sdk::redirect_to("/example");
    }

    sdk::Host* host_ = nullptr;
    std::optional<Notes> notes_;
};

}  // namespace example

WHATSFLOW_PLUGIN(example::ExamplePlugin)
