/// \file
/// `plugin.json`: what a plugin says about itself before any of its code is loaded.
///
/// Reading it checks everything sdk/schema/plugin.schema.json says; a mistake is one sentence
/// that names the key. Whether the plugin fits this host is judged here too, from the SDK
/// range and the build stamp, because dlopen already runs code.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace whatsflow::plugins {

struct Requirement {
    std::string service;  ///< `whatsflow.mailer/1`
    bool optional = false;
};

struct Manifest {
    std::string id;
    std::string name;
    std::string version;
    std::string vendor;
    std::string description;
    std::string sdk_range;    ///< `>=0.1 <1`
    std::string library;      ///< file name, beside the manifest
    std::string status;       ///< `stable`, `beta`, `experimental`
    std::string input_trust;  ///< `trusted` or `untrusted`
    std::string on_failure;   ///< `deny`, `allow`, `degrade`: what happens to a request when it fails
    std::vector<std::string> provides;
    std::vector<Requirement> requires_services;
    std::vector<std::string> publishes;
    std::vector<std::string> listens;
    bool default_enabled = true;
    std::string build_sdk;     ///< SDK version of its build
    std::string build_digest;  ///< digest of the SDK headers of its build
};

/// Error `plugins.bad_manifest`.
sdk::Result<Manifest> read_manifest(const nlohmann::json& document);
/// Of the text of the file.
sdk::Result<Manifest> parse_manifest(const std::string& text);

/// Error `plugins.incompatible` when this host cannot load it, with what to do.
sdk::Result<void> fits_this_host(const Manifest& manifest);

/// One lower-case word, or a reverse domain: `stripe`, `com.acme.pay`.
bool is_plugin_id(const std::string& id);
/// True when `version` is in a range like `>=0.1 <1`; an error when the range cannot be read.
sdk::Result<bool> version_in_range(const std::string& version, const std::string& range);

}  // namespace whatsflow::plugins
