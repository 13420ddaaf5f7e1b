#include "backup_pages.hpp"

#include "moment.hpp"
#include "noted.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "row_text.hpp"

#include <whatsflow/sdk/operations.hpp>

#include <fstream>
#include <memory>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Backups;
using sdk::Request;
using sdk::Response;

constexpr const char* kMakeJob = "admin.make_backup";
constexpr std::size_t kPiece = 64 * 1024;

class BackupPages {
public:
    explicit BackupPages(Panel& panel) : panel_(panel) {}

    Response list(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto found = backups().call(&Backups::list, context(request));
        if (!found) return failed(found.error());
        const bool manages = may(request, permission::backups_manage);
        auto rows = json::array();
        for (const auto& backup : *found) {
            const auto name = text_of(backup, "name");
            const auto base = "/backups/" + sdk::encode_url(name);
            const bool verified = micros_of(backup.value("verified_at", json(nullptr))).is_number();
            const bool well = truth_of(backup, "ok");
            rows.push_back({{"name", name},
                            {"size", size_text(static_cast<std::uint64_t>(number_of(backup, "bytes")))},
                            {"made_at", micros_of(backup.value("made_at", json(nullptr)))},
                            {"tone", !verified ? "idle"
                                     : well    ? "good"
                                               : "bad"},
                            {"state", words(!verified ? "backups.not_verified"
                                            : well    ? "backups.verified"
                                                      : "backups.damaged")},
                            {"reason", text_of(backup, "reason")},
                            {"verify_path", base + "/verify"},
                            {"file_path", base + "/file"}});
        }
        const bool none = rows.empty();
        auto actions = json::array();
        if (manages) actions.push_back(post_action(words("backups.make"), "/backups"));
        return show(panel_, request, "admin/backups",
                    {{"title", words("backups.title")},
                     {"header", header_model(words("backups.title"), words("backups.lead"), std::move(actions))},
                     {"may_manage", manages},
                     {"rows", std::move(rows)},
                     {"none", none ? empty_model("archive", words("backups.none"), words("backups.none_text"))
                                   : json(nullptr)}});
    }

    Response make(const Request& request) {
        const auto queued = panel_.host.jobs().enqueue(panel_.host.database(), request.context,
                                                       {.kind = kMakeJob, .unique_key = "backup", .most_attempts = 2});
        if (!queued) return failed(queued.error());
        return noted(panel_, request, {.action = "backup.requested", .subject = {"backup", *queued, ""}},
                     go_with_notice("/backups", "backup_requested"));
    }

    Response verify(const Request& request) {
        const auto name = request.parameters.get("name");
        const auto checked = backups().call(&Backups::verify, context(request), name);
        if (!checked) return failed(checked.error());
        return noted(panel_, request,
                     {.action = "backup.verified", .subject = {"backup", name, name}, .after = *checked},
                     go_with_notice("/backups", truth_of(*checked, "ok") ? "backup_verified" : "backup_damaged"));
    }

    /// Whoever takes a copy home has everything, so it is written down first.
    Response file(const Request& request) {
        const auto name = request.parameters.get("name");
        const auto path = backups().call(&Backups::file_of, name);
        if (!path) return failed(path.error());
        auto stream = std::make_shared<std::ifstream>(*path, std::ios::binary);
        if (!*stream) return sdk::not_found();
        auto download = sdk::stream("application/octet-stream", name, [stream]() -> sdk::Result<std::string> {
            std::string piece(kPiece, '\0');
            stream->read(piece.data(), static_cast<std::streamsize>(piece.size()));
            if (stream->bad())
                return sdk::fail("backup.unreadable", "The file of the backup cannot be read to its end.");
            piece.resize(static_cast<std::size_t>(stream->gcount()));
            return piece;
        });
        return noted(panel_, request, {.action = "backup.downloaded", .subject = {"backup", name, name}},
                     std::move(download));
    }

private:
    sdk::ServiceHandle<Backups> backups() { return sdk::find_service<Backups>(panel_.host); }
    static sdk::CallContext context(const Request& request) {
        return sdk::across_tenants(request.context, "admin.backups");
    }

    Panel& panel_;
};

}  // namespace

sdk::Result<void> register_backup_pages(Panel& panel) {
    auto& host = panel.host;
    const auto handled =
        host.jobs().handle(kMakeJob,
                           [&host](sdk::JobRun& run) -> sdk::Result<void> {
                               const auto made = sdk::find_service<Backups>(host).call(
                                   &Backups::make, sdk::across_tenants(run.context(), "admin.backups"));
                               if (!made) return made.error();
                               host.log().info("backup made", {{"name", *made}});
                               return sdk::ok();
                           },
                           {.lease = std::chrono::minutes(30), .at_once = 1});
    if (!handled) return handled;
    const auto pages = std::make_shared<BackupPages>(panel);
    auto verify = sdk::post(sdk::Site::admin, "/backups/{name}/verify",
                            sdk::Permission::named(std::string(permission::backups_manage)),
                            [pages](const Request& r) { return pages->verify(r); });
    verify.limits.timeout = std::chrono::minutes(2);
    return RouteBook(host)
        .get("/backups", permission::backups_read, "Copies of everything",
             [pages](const Request& r) { return pages->list(r); })
        .post("/backups", permission::backups_manage, "Makes a copy in the background",
              [pages](const Request& r) { return pages->make(r); })
        .add(std::move(verify), "Checks that a copy is whole")
        .get("/backups/{name}/file", permission::backups_manage, "Downloads a copy",
             [pages](const Request& r) { return pages->file(r); })
        .done();
}

}  // namespace whatsflow::admin
