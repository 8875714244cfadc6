// The log's folder on a real disk: log/file_system.h over descriptors.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "log/file_system.h"

namespace papo::sys {

// Opens the folder at `path`; with `create`, makes it (readable by its owner
// alone) when it is not there, though not its parents. Files are made readable
// by their owner alone, and symbolic links are not followed.
base::Result<std::unique_ptr<log::FileSystem>> open_folder(
    const std::string& path, bool create);

}  // namespace papo::sys
