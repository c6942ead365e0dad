"""Anonymous counters, weekly release and staff dashboard. Knows no text and no machine learning."""
