/// \file
/// Files in an S3-compatible store (AWS, MinIO, R2, Ceph…), by the address
/// `<endpoint>/<bucket>/<name>`, which all of them understand.
#pragma once

#include "storage/backend.hpp"
#include "storage/signature_v4.hpp"

#include <whatsflow/sdk/https_client.hpp>
#include <whatsflow/sdk/time.hpp>

#include <memory>
#include <string>

namespace whatsflow::storage {

struct S3Settings {
    std::string endpoint;  ///< `https://host[:port]`; http:// to this machine only
    std::string region;
    std::string bucket;
    std::string access_key;
    std::string secret_key;
};

class S3Backend final : public Backend {
public:
    /// Error `files.bad_settings`. The client and the clock outlive it.
    static sdk::Result<std::shared_ptr<S3Backend>> make(const S3Settings& settings, sdk::HttpsClient& https,
                                                        const sdk::Clock& clock);

    sdk::Result<void> put(const sdk::CallContext& context, const std::string& name, std::string_view content,
                          const std::string& content_type) override;
    sdk::Result<std::string> get(const sdk::CallContext& context, const std::string& name) override;
    sdk::Result<sdk::StoredFile> describe(const sdk::CallContext& context, const std::string& name) override;
    sdk::Result<void> remove(const sdk::CallContext& context, const std::string& name) override;
    sdk::Result<std::vector<sdk::StoredFile>> list(const sdk::CallContext& context, const std::string& prefix,
                                                   const std::string& after) override;

private:
    struct Call {
        sdk::Method method = sdk::Method::get;
        std::string path;
        NamedValues query{};
        NamedValues headers{};
        std::string body{};
    };
    S3Backend(S3Settings settings, std::string host, sdk::HttpsClient& https, const sdk::Clock& clock)
        : settings_(std::move(settings)), host_(std::move(host)), https_(https), clock_(clock) {}
    sdk::Result<sdk::IncomingResponse> send(const sdk::CallContext& context, Call call);
    std::string path_of(const std::string& name) const;

    const S3Settings settings_;
    const std::string host_;
    sdk::HttpsClient& https_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::storage
