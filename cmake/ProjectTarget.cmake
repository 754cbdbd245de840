# Settings that every target of the project shares.

set(ASYNPYTHON_RPATH "$ORIGIN;$ORIGIN/../../epicscorelibs/lib;$ORIGIN/../../pvxslibs/lib")

# Sanitizers are named as for -fsanitize.
function(asynpython_sanitize target sanitizers)
  target_compile_options(${target} PRIVATE -fsanitize=${sanitizers} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(${target} PRIVATE -fsanitize=${sanitizers})
endfunction()

function(asynpython_target target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wno-missing-field-initializers
    $<$<BOOL:${ASYNPYTHON_WERROR}>:-Werror>)
  if(ASYNPYTHON_SANITIZE)
    asynpython_sanitize(${target} ${ASYNPYTHON_SANITIZE})
  endif()
  set_target_properties(${target} PROPERTIES
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    # In the build tree the real paths, so that tests run there; installed, relative to the package.
    BUILD_RPATH "${EPICS_PYTHON_ROOT}/lib"
    INSTALL_RPATH "${ASYNPYTHON_RPATH}")
endfunction()
