# EPICS Base and PVXS out of the Python packages epicscorelibs and pvxslibs.
#
# Defines the targets EPICS::Com, EPICS::ca, EPICS::dbCore, EPICS::dbRecStd (for tests), EPICS::pvxsIoc and the
# variables EPICS_DBD_DIR and EPICS_LIBRARY_DIR. The compiler flags are those that epicscorelibs itself was built with.

function(_epics_python result code)
  execute_process(
    COMMAND "${Python_EXECUTABLE}" -c "${code}"
    OUTPUT_VARIABLE output ERROR_VARIABLE error RESULT_VARIABLE status
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR
      "${Python_EXECUTABLE} cannot say where EPICS is. The build needs the packages epicscorelibs "
      "and pvxslibs in this Python's environment.\n${error}")
  endif()
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

_epics_python(EPICS_PYTHON_ROOT
  "import os, epicscorelibs.path as p; print(os.path.realpath(p.base_path))")
_epics_python(EPICS_HOST_FLAGS
  "import epicscorelibs.config as c; print(';'.join('-D%s%s' % (k, '' if v is None else '=' + v) for k, v in c.get_config_var('CPPFLAGS')))")
_epics_python(EPICS_OS_CLASS
  "import epicscorelibs.config as c; print(c.get_config_var('OS_CLASS'))")
_epics_python(EPICS_CMPLR_CLASS
  "import epicscorelibs.config as c; print(c.get_config_var('CMPLR_CLASS'))")

set(EPICS_DBD_DIR "${EPICS_PYTHON_ROOT}/dbd")
set(EPICS_LIBRARY_DIR "${EPICS_PYTHON_ROOT}/lib")
add_library(EPICS::Headers INTERFACE IMPORTED)
target_include_directories(EPICS::Headers SYSTEM INTERFACE "${EPICS_PYTHON_ROOT}/include")
target_compile_options(EPICS::Headers INTERFACE ${EPICS_HOST_FLAGS})

foreach(name Com ca dbCore dbRecStd)
  # The versioned name is the library's soname: what the loader asks for at run time.
  file(GLOB library "${EPICS_LIBRARY_DIR}/lib${name}.so.*")
  if(NOT library)
    message(FATAL_ERROR "epicscorelibs at ${EPICS_PYTHON_ROOT} has no lib${name}.so")
  endif()
  add_library(EPICS::${name} SHARED IMPORTED)
  set_target_properties(EPICS::${name} PROPERTIES
    IMPORTED_LOCATION "${library}" INTERFACE_LINK_LIBRARIES EPICS::Headers)
endforeach()

_epics_python(PVXS_ROOT
  "import os, importlib.util as u; print(os.path.realpath(u.find_spec('pvxslibs').submodule_search_locations[0]))")
foreach(name pvxs pvxsIoc)
  file(GLOB library "${PVXS_ROOT}/lib/lib${name}.so.*")
  if(NOT library)
    message(FATAL_ERROR "pvxslibs at ${PVXS_ROOT} has no lib${name}.so")
  endif()
  add_library(EPICS::${name} SHARED IMPORTED)
  set_target_properties(EPICS::${name} PROPERTIES IMPORTED_LOCATION "${library}"
    INTERFACE_LINK_LIBRARIES EPICS::Com INTERFACE_INCLUDE_DIRECTORIES "${PVXS_ROOT}/include")
endforeach()
