"""The health of groups: what they answer is counted, judged at night, and may be overruled."""
