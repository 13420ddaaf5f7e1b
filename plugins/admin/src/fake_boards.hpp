/// \file
/// For tests: what the host shows of itself, as rows that a test can look at and change.
#pragma once

#include <whatsflow/sdk/operations.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace whatsflow::admin::testing {

using nlohmann::json;
using sdk::CallContext;
using sdk::ListPage;
using sdk::ListWindow;
using sdk::Result;

class FakeOperations final : public sdk::Operations {
public:
    json rows = json::array({{{"id", "stripe"},
                              {"name", "Stripe"},
                              {"version", "1.0.0"},
                              {"state", "running"},
                              {"faults", 2},
                              {"provides", {"whatsflow.payment_provider/1"}},
                              {"needs", json::array()},
                              {"reason", ""},
                              {"settings", {{"mode", "test"}, {"secret_key", "•••"}}},
                              {"schema",
                               {{"properties",
                                 {{"mode", {{"type", "string"}, {"enum", {"test", "live"}}}},
                                  {"secret_key", {{"type", "string"}, {"secret", true}}}}}}}}});
    json configured;
    std::vector<std::string> done;
    std::optional<sdk::Error> refusal;

    Result<json> plugins() override { return rows; }
    Result<void> enable_plugin(const std::string& id) override { return note("enable " + id); }
    Result<void> disable_plugin(const std::string& id) override { return note("disable " + id); }
    Result<void> configure_plugin(const std::string& id, const json& settings) override {
        configured = settings;
        return note("configure " + id);
    }
    Result<json> routes() override { return json::array(); }
    Result<json> events() override {
        return json::array({{{"name", "team.invited"},
                             {"version", 1},
                             {"publisher", "accounts"},
                             {"subscribers", {"mail"}},
                             {"delivery", "durable"}}});
    }
    Result<json> log_lines(const std::string& least_level, const std::string& contains, int) override {
        done.push_back("logs " + least_level + " " + contains);
        return json::array({{{"at", 1773129601000000},
                             {"level", "warn"},
                             {"source", "stripe"},
                             {"message", "<slow>"},
                             {"fields", {{"ms", "812"}}},
                             {"request_id", "r"}}});
    }
    Result<json> configuration() override { return json{{"http.workers", 8}, {"database.url", "sqlite:…"}}; }
    Result<json> health() override {
        return json{{"version", "0.1.0"}, {"dialect", "sqlite"}, {"resident_bytes", 50'000'000}};
    }

private:
    Result<void> note(const std::string& what) {
        if (refusal) return *refusal;
        done.push_back(what);
        return sdk::ok();
    }
};

class FakeJobBoard final : public sdk::JobBoard {
public:
    std::vector<std::string> done;

    Result<ListPage> jobs(const CallContext&, const std::string& state, const std::string&,
                          const ListWindow&) override {
        if (state != "failed" && state != "queued") return ListPage{};
        return ListPage{json::array({{{"id", state + "-1"},
                                      {"kind", "billing.renew"},
                                      {"state", state},
                                      {"attempts", 3},
                                      {"most_attempts", 10},
                                      {"run_at", 1773129601000000},
                                      {"finished_at", 1773129601000000},
                                      {"error", "it broke"},
                                      {"payload", {{"a", 1}}}}}),
                        ""};
    }
    Result<json> counts(const CallContext&) override {
        return json{{"queued", 1}, {"running", 0}, {"failed", 1}, {"done", 0}};
    }
    Result<void> retry(const CallContext&, const std::string& id) override { return note("retry " + id); }
    Result<void> cancel(const CallContext&, const std::string& id) override { return note("cancel " + id); }
    Result<json> schedules(const CallContext&) override {
        return json::array({{{"name", "billing.nightly"},
                             {"kind", "billing.run"},
                             {"every_ms", 3'600'000},
                             {"next_at", 1773129601000000},
                             {"last_at", nullptr},
                             {"paused", false}}});
    }
    Result<void> pause_schedule(const CallContext&, const std::string& name, bool paused) override {
        return note((paused ? "pause " : "resume ") + name);
    }
    Result<void> run_schedule_now(const CallContext&, const std::string& name) override { return note("run " + name); }

private:
    Result<void> note(const std::string& what) {
        done.push_back(what);
        return sdk::ok();
    }
};

class FakeOutboxBoard final : public sdk::OutboxBoard {
public:
    std::vector<std::string> done;
    json letter{{"id", "d1"},
                {"subscriber", "billing.mail"},
                {"type", "team.invited/1"},
                {"event_id", "e1"},
                {"attempts", 8},
                {"error", "no"},
                {"parked_at", 1773129601000000},
                {"body", {{"x", 1}}}};

    /// Two pages of the same.
    Result<ListPage> recorded(const CallContext&, const std::string&, const ListWindow& window) override {
        return ListPage{json::array({{{"id", "e1"},
                                      {"type", "team.invited/1"},
                                      {"publisher", "accounts"},
                                      {"recorded_at", 1773129601000000},
                                      {"body", {{"x", 1}}}}}),
                        window.after.empty() ? "next" : ""};
    }
    Result<json> subscribers(const CallContext&) override {
        return json::array({{{"subscriber", "billing.mail"},
                             {"event", "team.invited/1"},
                             {"behind", 3},
                             {"retrying", 1},
                             {"parked", 1}}});
    }
    Result<ListPage> dead_letters(const CallContext&, const std::string&, const ListWindow&) override {
        return ListPage{json::array({letter}), ""};
    }
    Result<void> replay(const CallContext&, const std::string& id) override {
        done.push_back("replay " + id);
        return sdk::ok();
    }
    Result<void> discard(const CallContext&, const std::string& id) override {
        done.push_back("discard " + id);
        return sdk::ok();
    }
};

class FakeAuditTrail final : public sdk::AuditTrail {
public:
    Filter asked;
    json rows = json::array({{{"id", "019cd6b1-0a68-7000-8000-000000000001"},
                              {"at", 1773129601000000},
                              {"action", "team.role_changed"},
                              {"actor_kind", "user"},
                              {"actor_id", "u1"},
                              {"actor_label", "Nimal"},
                              {"subject_kind", "user"},
                              {"subject_id", "u2"},
                              {"subject_label", "Kumari"},
                              {"before", {{"role", "viewer"}}},
                              {"after", {{"role", "owner"}}},
                              {"reason", "=cmd"}}});

    Result<ListPage> entries(const CallContext&, const Filter& filter, const ListWindow&) override {
        asked = filter;
        return ListPage{rows, ""};
    }
};

class FakeMailBoard final : public sdk::MailBoard {
public:
    std::int64_t version = 3;
    std::vector<std::string> done;
    json mail_row{{"id", "m1"},
                  {"to", {"a@example.com"}},
                  {"subject", "Welcome"},
                  {"state", "sent"},
                  {"template", "accounts/mail/welcome"},
                  {"attempts", 1},
                  {"created_at", 1773129601000000},
                  {"sent_at", nullptr},
                  {"text", "Hello"},
                  {"html", "<script>alert(1)</script><p>Hello</p>"},
                  {"from", "x@example.com"},
                  {"attachments", {{{"filename", "a.pdf"}, {"content_type", "application/pdf"}, {"bytes", 1200}}}}};

    Result<ListPage> mails(const CallContext&, const std::string&, const std::string&, const ListWindow&) override {
        return ListPage{json::array({mail_row}), ""};
    }
    Result<std::optional<json>> mail(const CallContext&, const std::string& id) override {
        return id == "m1" ? std::optional(mail_row) : std::nullopt;
    }
    Result<void> send_again(const CallContext&, const std::string& id) override {
        done.push_back("again " + id);
        return sdk::ok();
    }
    Result<json> templates(const CallContext&, const std::string&) override {
        return json::array({{{"name", "accounts/mail/welcome"},
                             {"plugin", "accounts"},
                             {"title", "Welcome"},
                             {"subject", "Theirs"},
                             {"text", "T"},
                             {"html", "<p>H</p>"},
                             {"sample", {{"name", "Ann"}}},
                             {"version", version},
                             {"changed", true}}});
    }
    Result<void> change_template(const CallContext&, const std::string& name, const std::string&,
                                 const sdk::MailText& text, std::int64_t of) override {
        if (of != version) return sdk::fail("mail.changed", "changed");
        done.push_back("change " + name + " " + text.subject);
        return sdk::ok();
    }
    Result<void> restore_template(const CallContext&, const std::string& name, const std::string&) override {
        done.push_back("restore " + name);
        return sdk::ok();
    }
    Result<sdk::MailText> preview(const CallContext&, const std::string&, const std::string&,
                                  const std::optional<sdk::MailText>& draft) override {
        return draft ? *draft : sdk::MailText{"Theirs", "T", "<p>H</p>"};
    }
};

class FakeBackups final : public sdk::Backups {
public:
    std::string path;

    Result<json> list(const CallContext&) override {
        return json::array({{{"name", "one.wfb"},
                             {"bytes", 12},
                             {"made_at", 1773129601000000},
                             {"verified_at", nullptr},
                             {"ok", nullptr},
                             {"reason", nullptr}}});
    }
    Result<std::string> make(const CallContext&) override { return std::string("two.wfb"); }
    Result<json> verify(const CallContext&, const std::string&) override { return json{{"ok", true}}; }
    Result<std::string> file_of(const std::string& name) override {
        if (name != "one.wfb") return sdk::fail("backups.not_found", "There is no such backup.");
        return path;
    }
};

}  // namespace whatsflow::admin::testing
