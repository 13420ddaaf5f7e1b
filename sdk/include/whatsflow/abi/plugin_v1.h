/* The C front door of a plugin library.
 *
 * A plugin exports exactly one symbol, `wf_plugin_entry_v1`, which returns a
 * static descriptor. The host compares its numbers and its build fingerprint and
 * refuses in one sentence before any C++ type of the plugin is touched.
 * Plugin authors never write this by hand: WHATSFLOW_PLUGIN(MyPlugin) does.
 *
 * Rule for maintainers: fields are only ever appended. `struct_size` tells the
 * host how much of the struct the plugin knew.
 */
#ifndef WHATSFLOW_ABI_PLUGIN_V1_H
#define WHATSFLOW_ABI_PLUGIN_V1_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Grows only when an old plugin cannot work any more. */
#define WF_ABI_EPOCH 1u

#define WF_PLUGIN_ENTRY_SYMBOL "wf_plugin_entry_v1"

typedef struct wf_plugin wf_plugin; /* opaque here; whatsflow::sdk::Plugin behind */

typedef struct wf_plugin_v1 {
    uint32_t struct_size; /* sizeof as the plugin saw it */
    uint32_t abi_epoch;   /* WF_ABI_EPOCH at the plugin's build */
    uint32_t sdk_version; /* major << 16 | minor << 8 | patch */
    const char* build;    /* fingerprint, printed as it is in refusals */
    const char* id;       /* equal to plugin.json */
    const char* version;  /* equal to plugin.json */

    /* [control-thread] Cheap: no I/O, no threads. Null on failure, with a reason
     * of at most `why_size` bytes (terminated) in `why`. */
    wf_plugin* (*create)(char* why, uint32_t why_size);

    /* [control-thread] Frees what create() returned; the library that allocated
     * is the library that frees. */
    void (*destroy)(wf_plugin* plugin);
} wf_plugin_v1;

typedef const wf_plugin_v1* (*wf_plugin_entry_v1_fn)(void);

#ifdef __cplusplus
}
#endif

#endif
