// `doctor`: looks at everything an installation needs and says what to do about each finding.
#include "boot/application.hpp"
#include "boot/commands.hpp"
#include "boot/configuration_of.hpp"
#include "boot/core_of.hpp"
#include "boot/output.hpp"
#include "boot/permission_check.hpp"
#include "boot/run_folder.hpp"
#include "boot/web_settings.hpp"
#include "data/migrator.hpp"
#include "http/listening_socket.hpp"
#include "security/key_file.hpp"

#include <whatsflow/abi/sdk_digest.h>

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <set>

namespace whatsflow::boot {
namespace {

namespace fs = std::filesystem;

/// What is fine, what should be looked at, what keeps the server from working.
enum class Verdict { fine, warning, broken };

class Findings {
public:
    void add(const std::string& check, Verdict verdict, const std::string& sentence) {
        static constexpr const char* kNames[] = {"ok", "warning", "broken"};
        rows_.push_back({{"check", check}, {"verdict", kNames[static_cast<int>(verdict)]}, {"finding", sentence}});
        broken_ = broken_ || verdict == Verdict::broken;
    }
    void add(const std::string& check, const sdk::Result<void>& result, const std::string& when_fine) {
        add(check, result ? Verdict::fine : Verdict::broken, result ? when_fine : result.error().message);
    }
    const nlohmann::json& rows() const { return rows_; }
    bool broken() const { return broken_; }

private:
    nlohmann::json rows_ = nlohmann::json::array();
    bool broken_ = false;
};

void check_data_folder(const fs::path& data, Findings& findings) {
    struct stat status {};
    if (::stat(data.c_str(), &status) != 0)
        return findings.add("data folder", Verdict::warning, data.string() + " does not exist yet; the first start makes it.");
    if (::access(data.c_str(), W_OK) != 0)
        return findings.add("data folder", Verdict::broken, data.string() + " is not writable for this user. Run `chown` on it.");
    if (status.st_mode & S_IWOTH)
        return findings.add("data folder", Verdict::broken, "Everybody may write to " + data.string() + ". Run `chmod 700` on it.");
    struct statvfs disk {};
    ::statvfs(data.c_str(), &disk);
    const auto free_mib = disk.f_bavail * disk.f_frsize / (1024 * 1024);
    if (free_mib < 500)
        return findings.add("data folder", Verdict::warning, "Only " + std::to_string(free_mib) + " MiB are free on its disk.");
    findings.add("data folder", Verdict::fine, data.string() + ", " + std::to_string(free_mib / 1024) + " GiB free");
}

void check_keys(const fs::path& data, Findings& findings) {
    std::error_code ignored;
    if (!fs::exists(data / "keys", ignored))
        return findings.add("keys", Verdict::warning, "There are none yet; the first start makes them.");
    auto key = security::load_or_make_key(data / "keys", "csrf");
    findings.add("keys", key ? Verdict::fine : Verdict::broken, key ? "readable by the owner only" : key.error().message);
}

void check_clock(Findings& findings) {
    timex status{};
    const int state = ::adjtimex(&status);
    if (state == TIME_ERROR || (status.status & STA_UNSYNC))
        findings.add("clock", Verdict::warning,
                     "The system's clock is not synchronised. Webhook signatures and sign-in codes depend on it; install chrony.");
    else
        findings.add("clock", Verdict::fine, "synchronised");
}

void check_ports(const config::Configuration& configuration, const fs::path& data, Findings& findings) {
    std::error_code ignored;
    if (fs::exists(data / "run", ignored)) {
        auto folder = RunFolder::open(data);
        const auto pid = folder ? folder->running_server() : std::nullopt;
        if (pid)
            return findings.add("ports", Verdict::fine, "held by the running server, process " + std::to_string(*pid));
    }
    std::set<std::uint16_t> ports;
    for (const auto site : kAllSites) ports.insert(configuration.sites.of(site).port);
    for (const auto port : ports) {
        if (auto free = http::can_listen(configuration.sites.bind, port); !free)
            return findings.add("ports", Verdict::broken, free.error().message);
    }
    findings.add("ports", Verdict::fine, "free");
}

void check_database(Core& core, Findings& findings) {
    findings.add("database", core.database().ping({}), "answers (" +
                     std::string(core.database().dialect() == sdk::Dialect::sqlite ? "SQLite" : "MariaDB or MySQL") + ")");
    data::Migrator migrator(core.database(), core.migration_owners(), core.clock());
    const auto pending = migrator.pending({});
    if (!pending)
        findings.add("migrations", Verdict::broken, pending.error().message);
    else if (!pending->empty())
        findings.add("migrations", Verdict::warning, std::to_string(pending->size()) + " pending; the next start or `whatsflow migrate` applies them.");
    else
        findings.add("migrations", Verdict::fine, "all applied");
}

void check_plugins(Core& core, Findings& findings) {
    core.plugins().find_all();
    std::string refused;
    std::size_t wanted = 0;
    for (const auto& plugin : core.plugins().status()) {
        if (plugin.state == plugins::State::disabled) continue;
        ++wanted;
        if (plugin.state == plugins::State::refused || plugin.state == plugins::State::quarantined)
            refused += (refused.empty() ? "" : " ") + plugin.reason;
    }
    findings.add("plugins", refused.empty() ? Verdict::fine : Verdict::warning,
                 refused.empty() ? std::to_string(wanted) + " enabled, none refused" : refused);
    findings.add("plugin settings", core.check_plugin_settings(*core.configuration()), "valid");
}

/// Plugins say in start() what they define, so this starts them, on data in memory.
void check_permissions(const CommandLine& line, Findings& findings) {
    auto core = started_core_of(line, Purpose::inspect);
    if (!core) return findings.add("permissions", Verdict::warning, core.error().message);
    auto application = make_application(**core, [] { return web::Readiness{}; });
    if (!application) return findings.add("permissions", Verdict::broken, application.error().message);
    auto routes = (*application)->route_list();
    mark_permissions(routes, (*core)->plugins());
    const auto sentences = undefined_permissions(routes);
    if (sentences.empty()) return findings.add("permissions", Verdict::fine, "every one that a route asks for is defined");
    for (const auto& sentence : sentences) findings.add("permissions", Verdict::warning, sentence);
}

void check_mail(const config::Configuration& configuration, Findings& findings) {
    if (configuration.mail.transport == config::MailSettings::Transport::mailbox)
        findings.add("mail", configuration.production ? Verdict::warning : Verdict::fine,
                     "kept in the local mailbox; nothing is sent" +
                         std::string(configuration.production ? ". Set mail.transport = \"smtp\" and mail.smtp_url." : ""));
    else
        findings.add("mail", Verdict::fine, "by SMTP, from " + configuration.mail.from);
}

}  // namespace

int doctor(const CommandLine& line) {
    Findings findings;
    findings.add("version", Verdict::fine, std::string(WF_SDK_VERSION_TEXT) + ", sdk-" + WF_SDK_DIGEST);
    const auto configuration = configuration_of(line);
    if (!configuration) {
        findings.add("configuration", Verdict::broken, configuration.error().message);
    } else {
        findings.add("configuration", Verdict::fine, configuration_file_of(line).string());
        check_data_folder(line.data, findings);
        check_keys(line.data, findings);
        check_clock(findings);
        check_ports(*configuration, line.data, findings);
        check_mail(*configuration, findings);
        auto core = core_of(line, Purpose::command);
        if (!core) {
            findings.add("database and theme", Verdict::broken, core.error().message);
        } else {
            findings.add("theme", Verdict::fine, configuration->theme.name);
            check_database(**core, findings);
            check_plugins(**core, findings);
            core->reset();
            check_permissions(line, findings);
        }
    }
    print_result(findings.rows(), {"check", "verdict", "finding"}, line.json, "");
    return findings.broken() ? 1 : 0;
}

}  // namespace whatsflow::boot
