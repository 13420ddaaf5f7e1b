/// \file
/// Exports a plugin. Include it in the one file that says WHATSFLOW_PLUGIN(Class).
///
/// WHATSFLOW_PLUGIN_ID and WHATSFLOW_PLUGIN_VERSION come from plugin.json, through
/// whatsflow_add_plugin() in CMake.
#pragma once

#include <whatsflow/abi/fingerprint.hpp>
#include <whatsflow/abi/plugin_v1.h>
#include <whatsflow/abi/sdk_digest.h>
#include <whatsflow/sdk/plugin.hpp>

#include <cstdio>
#include <exception>

#define WHATSFLOW_PLUGIN(Class)                                                                           \
    namespace {                                                                                           \
    wf_plugin* wf_create_this_plugin(char* why, uint32_t why_size) {                                      \
        try {                                                                                             \
            return reinterpret_cast<wf_plugin*>(static_cast<::whatsflow::sdk::Plugin*>(new Class()));     \
        } catch (const std::exception& exception) {                                                       \
            std::snprintf(why, why_size, "%s", exception.what());                                         \
        } catch (...) {                                                                                   \
            std::snprintf(why, why_size, "the constructor threw something that is not a std::exception"); \
        }                                                                                                 \
        return nullptr;                                                                                   \
    }                                                                                                     \
    void wf_destroy_this_plugin(wf_plugin* plugin) {                                                      \
        delete reinterpret_cast<::whatsflow::sdk::Plugin*>(plugin);                                       \
    }                                                                                                     \
    constexpr wf_plugin_v1 wf_this_plugin{sizeof(wf_plugin_v1),                                           \
                                          WF_ABI_EPOCH,                                                   \
                                          WF_SDK_VERSION,                                                 \
                                          WF_BUILD_FINGERPRINT,                                           \
                                          WHATSFLOW_PLUGIN_ID,                                            \
                                          WHATSFLOW_PLUGIN_VERSION,                                       \
                                          &wf_create_this_plugin,                                         \
                                          &wf_destroy_this_plugin};                                       \
    }                                                                                                     \
    extern "C" __attribute__((visibility("default"))) const wf_plugin_v1* wf_plugin_entry_v1() {          \
        return &wf_this_plugin;                                                                           \
    }
