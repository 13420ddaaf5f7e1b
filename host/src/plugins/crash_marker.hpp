/// \file
/// Remembers over a crash which plugin was running.
///
/// A native plugin that follows a bad pointer takes the whole process with it. The crash
/// handler then writes which plugin's code this thread was in, and a note is kept on disk
/// while a plugin is loaded and started. Two such markers within ten minutes and the next
/// boot leaves the plugin out. It may be innocent: after memory corruption the one that was
/// running need not be the one that caused it, and the sentence says so.
#pragma once

#include <whatsflow/sdk/time.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace whatsflow::plugins {

/// [control-thread]
class CrashMarkers {
public:
    static constexpr std::chrono::minutes kTogether{10};

    /// Whether this process leaves anything on disk, or only reads what others left.
    enum class Notes { kept, only_read };

    /// When notes are kept, `directory` is made if it is not there, and notes left by a process
    /// that died while it started a plugin are turned into markers.
    CrashMarkers(std::filesystem::path directory, const sdk::Clock& clock, Notes notes = Notes::kept);

    /// From now on a fatal signal writes a marker before it does what it did before. One for
    /// the process; the last directory counts.
    void install_handler() const;

    /// Why the plugin must not be started now, as one sentence, or nothing.
    std::optional<std::string> reason_against(const std::string& plugin) const;
    /// Somebody decided to try again.
    void forget(const std::string& plugin) const;

    /// On disk for as long as it lives, when notes are kept: this plugin is being loaded or started.
    class [[nodiscard]] Attempt {
    public:
        Attempt() = default;
        Attempt(std::filesystem::path file, const std::string& text);
        ~Attempt();
        Attempt(const Attempt&) = delete;
        Attempt& operator=(const Attempt&) = delete;

    private:
        std::filesystem::path file_;
    };
    Attempt attempt(const std::string& plugin) const;

private:
    void keep_notes_of_the_dead() const;

    std::filesystem::path directory_;
    const sdk::Clock& clock_;
    const Notes notes_;
    std::string token_;  ///< of this process: `<microseconds>-<pid>`
};

}  // namespace whatsflow::plugins
