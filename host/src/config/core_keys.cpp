#include "config/core_keys.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::config {
namespace {

using enum KeyType;

constexpr auto none = std::numeric_limits<std::int64_t>::max();

constexpr auto keys = std::to_array<CoreKey>({
    {"environment", text, R"("development")",
     "Production hides what helps only developers and insists on secure cookies.", 0, none, "development|production"},

    {"sites.bind", text, R"("127.0.0.1")", "Address to listen on; 0.0.0.0 for every interface."},
    {"sites.landing.port", integer, "5253",
     "Port of the public site. The same number for several sites means one port, chosen by Host.", 1, 65535},
    {"sites.landing.hostname", text_or_texts, "", "Names the public site answers to; localhost forms when not set."},
    {"sites.landing.url", text, "", "Public address used in links; http://localhost:PORT when not set."},
    {"sites.app.port", integer, "2153", "Port of the tenants' app.", 1, 65535},
    {"sites.app.hostname", text_or_texts, "", "Names the app answers to; localhost forms when not set."},
    {"sites.app.url", text, "", "Public address used in links; http://localhost:PORT when not set."},
    {"sites.admin.port", integer, "5153", "Port of the staff's panel.", 1, 65535},
    {"sites.admin.hostname", text_or_texts, "", "Names the panel answers to; localhost forms when not set."},
    {"sites.admin.url", text, "", "Public address used in links; http://localhost:PORT when not set."},
    {"sites.api.port", integer, "2152", "Port for programs and webhooks.", 1, 65535},
    {"sites.api.hostname", text_or_texts, "", "Names the API answers to; localhost forms when not set."},
    {"sites.api.url", text, "", "Public address used in links; http://localhost:PORT when not set."},
    {"realtime.port", integer, "2154", "Port of the WebSocket for live updates.", 1, 65535},

    {"database.url", text, R"("sqlite:whatsflow.db")",
     "sqlite:FILE (in the data folder) or mysql://user:password@host:port/name.", 0, none, "", Secrecy::url_password},
    {"database.migrate", text, R"("auto")", "auto applies pending migrations at start; manual waits for `migrate`.", 0,
     none, "auto|manual"},
    {"database.pool_size", integer, "8", "Connections kept to the database.", 1, 256},
    {"redis.url", text, R"("")", "redis://host:port/0 when several hosts work together; empty: not used.", 0, none, "",
     Secrecy::url_password},

    {"mail.transport", text, R"("mailbox")", "mailbox keeps mail for the staff's /mailbox page; smtp sends it.", 0,
     none, "mailbox|smtp"},
    {"mail.smtp_url", text, R"("")", "smtp://user:password@host:port, or smtps://… for TLS from the first byte.", 0,
     none, "", Secrecy::url_password},
    {"mail.from", text, R"("WhatsFlow <no-reply@localhost>")", "Sender of every mail."},
    {"mail.ca_file", text, R"("")", "PEM file of authorities trusted for the mail server, beside the system's."},

    {"storage.kind", text, R"("local")", "Where files are kept: in the data folder, or in an S3-compatible store.", 0,
     none, "local|s3"},
    {"storage.s3.endpoint", text, R"("")", "https://… of the store, such as https://s3.eu-central-1.amazonaws.com."},
    {"storage.s3.region", text, R"("us-east-1")", "Region that requests are signed for."},
    {"storage.s3.bucket", text, R"("")", "Bucket that exists already."},
    {"storage.s3.access_key", text, R"("")", "Access key of a user who may list, read, write and delete there.", 0,
     none, "", Secrecy::whole},
    {"storage.s3.secret_key", text, R"("")", "Its secret.", 0, none, "", Secrecy::whole},

    {"jobs.workers", integer, "4", "Jobs that this server runs at the same time.", 1, 256},

    {"plugins.directories", texts, "",
     "Where plugins are looked for; the built and the installed folder when not set."},
    {"plugins.enabled", texts, "", "Ids of the plugins to start; every bundled one when not set."},
    {"plugins.required", texts, "[]", "Ids without which the server refuses to start."},
    {"plugins.require_digest", boolean, "false",
     "Load only libraries whose digest was recorded when they were installed."},

    {"http.threads", integer, "0", "Loop threads; 0: by cores.", 0, 256},
    {"http.workers", integer, "0", "Workers for what may block; 0: by cores.", 0, 1024},
    {"http.queue", integer, "1024", "Requests that may wait for a worker before 503 is answered.", 1, 1000000},
    {"http.max_connections", integer, "10000", "Open connections before new ones are turned away.", 1, 1000000},
    {"http.trusted_proxies", texts, "[]",
     "Addresses or networks (10.0.0.0/8) whose X-Forwarded-For and X-Forwarded-Proto are believed."},
    {"http.rate_limits.pages", integer, "100", "Pages a second per address; 0: no limit.", 0, 1000000},
    {"http.rate_limits.api", integer, "100", "API calls a second per token or address; 0: no limit.", 0, 1000000},
    {"http.rate_limits.evaluate", integer, "1000", "Flag evaluations a second per token or address; 0: no limit.", 0,
     1000000},
    {"http.rate_limits.capture", integer, "1000", "Analytics calls a second per token or address; 0: no limit.", 0,
     1000000},
    {"http.rate_limits.webhooks", integer, "200", "Payment notices a second per address; 0: no limit.", 0, 1000000},
    {"http.rate_limits.login", integer, "10", "Sign-in and sign-up forms a second per address; 0: no limit.", 0,
     1000000},

    {"log.level", text, R"("info")", "The least important level that is written.", 0, none,
     "trace|debug|info|warn|error"},
    {"log.format", text, R"("text")", "text for people, json for machines.", 0, none, "text|json"},
    {"log.file", text, R"("")", "File to append to, reopened on SIGHUP; empty: standard error."},

    {"theme.name", text, R"("default")", "Theme that the pages are rendered with."},
    {"theme.directory", text, R"("")", "Folder of themes; empty: the bundled ones."},
    {"theme.watch", boolean, "false", "Load templates again when their files change, for working on a theme."},
});

}  // namespace

std::span<const CoreKey> core_keys() {
    return keys;
}

const CoreKey* find_core_key(std::string_view name) {
    const auto found = std::ranges::find(keys, name, &CoreKey::name);
    return found == keys.end() ? nullptr : &*found;
}

std::string expectation(const CoreKey& key) {
    switch (key.type) {
        case KeyType::text: {
            if (key.choices.empty()) return "a text in quotes";
            std::string words = "one of ";
            for (const char c : key.choices) words += c == '|' ? std::string{", "} : std::string{c};
            return words;
        }
        case KeyType::texts: return "a list of texts such as [\"one\", \"two\"]";
        case KeyType::text_or_texts: return "a text in quotes or a list of texts";
        case KeyType::boolean: return "true or false";
        case KeyType::integer: break;
    }
    if (key.maximum == none) return "a whole number from " + std::to_string(key.minimum) + " up";
    return "a whole number from " + std::to_string(key.minimum) + " to " + std::to_string(key.maximum);
}

}  // namespace whatsflow::config
